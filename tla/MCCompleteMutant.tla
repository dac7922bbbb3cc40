-------------------------- MODULE MCCompleteMutant --------------------------
(***************************************************************************)
(* Wrong priests of one decree.  Each mutant tampers with the inputs or    *)
(* the outputs of the handler, or forgets a part of the ledger when he     *)
(* comes back.  Each configuration names a mutant and bounds, within which *)
(* the mutant must break Consistency.                                      *)
(*                                                                         *)
(* The bounds are as in MCComplete.                                        *)
(***************************************************************************)
EXTENDS MCComplete

CONSTANT Mutant   \* the name of the rule that is dropped

Mutants == {
  "LastVote sent before nextBal is recorded",
  "Voted sent before the vote is recorded",
  "a vote counted twice",
  "recover without nextBal",
  "recover without prevVote"}

ASSUME Mutant \in Mutants

-----------------------------------------------------------------------------
IsSent(output, type) ==
  output.type = "Send" /\ output.envelope.message.type = type

SentFirst(desk, type) ==
  \* The messages of this type are sent before everything else.
  LET isFirst(output) == IsSent(output, type)
      isLater(output) == ~IsSent(output, type)
  IN  [desk EXCEPT !.outputs =
         SelectSeq(@, isFirst) \o SelectSeq(@, isLater)]

IsVoted(input) == input.type = "Receive" /\ input.message.type = "Voted"

CountedTwice(desk, b) ==
  \* He takes a Voted of one more priest of the quorum, who has not sent it.
  LET missing == desk.slip.quorum \ desk.slip.voters
      q       == Minimum(missing)
  IN  IF desk.slip.status # "polling" \/ missing = {} THEN desk
      ELSE ReceiveOwn(Receive(desk, q, [type |-> "Voted", bal |-> b, pst |-> q]))

MutantAfter(p, input) ==
  LET right == After(p, input)
  IN  CASE Mutant = "LastVote sent before nextBal is recorded" ->
             SentFirst(right, "LastVote")
        [] Mutant = "Voted sent before the vote is recorded" ->
             SentFirst(right, "Voted")
        [] Mutant = "a vote counted twice" ->
             IF IsVoted(input) THEN CountedTwice(right, input.message.bal)
             ELSE right
        [] OTHER -> right

Recovered(l) ==
  \* What he knows of his ledger when he comes back.
  CASE Mutant = "recover without nextBal" -> [l EXCEPT !.nextBal = l.prevBal]
    [] Mutant = "recover without prevVote" ->
         [l EXCEPT !.prevBal = MinusInfinity, !.prevDec = Blank]
    [] OTHER -> l

-----------------------------------------------------------------------------
MutantHandle(p) ==
  \E input \in Inputs(p) : CarryOut(p, MutantAfter(p, input))

MutantCrashDuring(p) ==
  /\ crashesLeft > 0
  /\ \E input \in Inputs(p) :
       LET desk == MutantAfter(p, input)
       IN  /\ IsPossible(desk)
           /\ \E i \in Cuts(desk.outputs) :
                CutOffWith(p, desk.outputs, i, Recovered)

MutantCrash(p) ==
  /\ ComeBack(p, Recovered(ledgers[p]))
  /\ UNCHANGED <<sent, ballots, messages, crashedBeforeSending>>

MutantNext ==
  \E p \in Priests : MutantHandle(p) \/ MutantCrashDuring(p) \/ MutantCrash(p)

MutantSpec == Init /\ [][MutantNext]_vars
=============================================================================
