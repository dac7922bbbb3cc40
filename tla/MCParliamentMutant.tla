------------------------- MODULE MCParliamentMutant -------------------------
(***************************************************************************)
(* Wrong parliaments.  Each mutant tampers with the inputs or the outputs  *)
(* of the handler, so that one rule of section 3.1 is dropped.  Each       *)
(* configuration names a mutant, bounds, and the one property that the     *)
(* mutant must break within these bounds.                                  *)
(*                                                                         *)
(* The bounds are as in MCParliament.                                      *)
(***************************************************************************)
EXTENDS MCParliament

CONSTANT Mutant   \* the name of the rule that is dropped, as in Rust, in ASCII

Mutants == {
  "new decrees proposed before the answers of a majority",
  "LastVote leaves out a number",
  "LastVote omits a decree of the ledger",
  "the president proposes at a number <= n",
  "Voted sent before the vote is recorded",
  "LastVote sent before nextBal is recorded"}

ASSUME Mutant \in Mutants

-----------------------------------------------------------------------------
(***************************************************************************)
(* Changes of messages.                                                    *)
(***************************************************************************)
IsSent(output, type) ==
  output.type = "Send" /\ output.envelope.message.type = type

Changed(desk, type, F(_)) ==
  \* The desk with F of every message of this type that is sent.
  [desk EXCEPT !.outputs =
     [i \in DOMAIN @ |->
        IF IsSent(@[i], type) THEN [@[i] EXCEPT !.envelope.message = F(@)]
        ELSE @[i]]]

WithoutFirst(S) ==
  \* S without its element with the smallest number.
  IF S = {} THEN S ELSE Without(S, Minimum(Numbered(S)))

LeavesOut(m) == [m EXCEPT !.votes = WithoutFirst(@)]

Omits(m) == [m EXCEPT !.passed = WithoutFirst(@)]

KnowsMore(m) == [m EXCEPT !.known = @ + 1]

SentFirst(desk, type) ==
  \* The messages of this type are sent before everything else.
  LET isFirst(output) == IsSent(output, type)
      isLater(output) == ~IsSent(output, type)
  IN  [desk EXCEPT !.outputs =
         SelectSeq(@, isFirst) \o SelectSeq(@, isLater)]

-----------------------------------------------------------------------------
(***************************************************************************)
(* A president proposes before a majority set has answered: with the       *)
(* timer, he handles answers that no legislator has sent, until he has a   *)
(* majority.                                                               *)
(***************************************************************************)
EmptyAnswer(desk) ==
  [type |-> "LastVote", bal |-> desk.ledger.lastTried,
   above |-> Through(desk.ledger), passed |-> {}, votes |-> {},
   missing |-> {}]

RECURSIVE WithEmptyAnswers(_, _)
WithEmptyAnswers(desk, Q) ==
  IF Q = {} \/ desk.slip.status # "trying" THEN desk
  ELSE LET q     == Minimum(Q)
           input == [type |-> "Receive", from |-> q,
                     message |-> EmptyAnswer(desk)]
       IN  WithEmptyAnswers(Handle(desk, input), Q \ {q})

-----------------------------------------------------------------------------
(***************************************************************************)
(* A president's NextBallot claims one decree more than he knows, and he   *)
(* takes the answers for answers to what he knows.                         *)
(***************************************************************************)
AskedAbove(desk, input) ==
  IF input.type = "Receive" /\ input.message.type = "LastVote"
    THEN [input EXCEPT !.message.above =
            Minimum({@, Through(desk.ledger)})]
    ELSE input

-----------------------------------------------------------------------------
MutantHandle(p, input) ==
  LET desk  == DeskOf(p)
      right == Handle(desk, input)
  IN  CASE Mutant = "new decrees proposed before the answers of a majority" ->
             IF input.type = "Timeout"
               THEN WithEmptyAnswers(right, Priests \ {p}) ELSE right
        [] Mutant = "LastVote leaves out a number" ->
             Changed(right, "LastVote", LeavesOut)
        [] Mutant = "LastVote omits a decree of the ledger" ->
             Changed(right, "LastVote", Omits)
        [] Mutant = "the president proposes at a number <= n" ->
             Changed(Handle(desk, AskedAbove(desk, input)), "NextBallot",
                     KnowsMore)
        [] Mutant = "Voted sent before the vote is recorded" ->
             SentFirst(right, "Voted")
        [] Mutant = "LastVote sent before nextBal is recorded" ->
             SentFirst(right, "LastVote")

MutantNext == \E p \in Priests : StepWith(p, MutantHandle)

MutantSpec == Init /\ [][MutantNext]_vars
=============================================================================
