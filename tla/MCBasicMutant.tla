--------------------------- MODULE MCBasicMutant ---------------------------
(***************************************************************************)
(* Wrong protocols.  Each mutant is Basic without one of its rules.  Each  *)
(* configuration names a mutant, bounds, and the one property that the     *)
(* mutant must break within these bounds.                                  *)
(*                                                                         *)
(* The bounds are as in MCBasic.                                           *)
(***************************************************************************)
EXTENDS Basic, TLC

CONSTANTS
  Tryers,      \* the priests who may start ballots
  Attempts,    \* the ballots that each of them may start
  Weight,      \* the weight of each priest
  Mutant       \* the name of the rule that is dropped

Equal  == [p \in Priests |-> 1]
TwoOne == <<2, 1>>

Mutants == {
  "quorums need not intersect",
  "MaxVote takes the smallest",
  "Start Polling ignores prevVotes",
  "vote although b < nextBal",
  "LastVote sent without the promise",
  "nextBal forgotten with the slip",
  "ballot numbers reused after losing the slip",
  "prevBal forgotten with the slip",
  "two decrees in one ballot",
  "Succeed with one vote short of the quorum",
  "LastVote from another ballot accepted",
  "Voted from another ballot counted"}

ASSUME Mutant \in Mutants

MCNumbers == NumbersOf(Tryers, Attempts)
MCMajorities ==
  \* TLCEval: they are computed once, and not again in every state.
  TLCEval(MajoritySets(Weight))

-----------------------------------------------------------------------------
(***************************************************************************)
(* Start Polling.                                                          *)
(***************************************************************************)
Quorums ==
  \* The sets that Start Polling accepts as quorums.  I6 still requires a
  \* majority set.
  IF Mutant = "quorums need not intersect"
    THEN SUBSET Priests \ {{}}
    ELSE Majorities

AllowedBySmallest(V) ==
  \* The decree of the smallest vote that is not null; any decree if all are.
  LET W == {v \in V : v.bal # MinusInfinity}
  IN  IF W = {} THEN Decrees
                ELSE {v.dec : v \in {w \in W : \A x \in W : w.bal <= x.bal}}

MutantAllowed(V) ==
  CASE Mutant = "MaxVote takes the smallest"      -> AllowedBySmallest(V)
    [] Mutant = "Start Polling ignores prevVotes" -> Decrees
    [] OTHER                                      -> Allowed(V)

Begun(p, Q, d) ==
  \* The ballot lastTried has begun already, with this quorum and decree.
  \E C \in ballots : C.bal = lastTried[p] /\ C.qrm = Q /\ C.dec = d

PollAgain(p, Q, d) ==
  \* Such a ballot goes on, with the votes that it has.
  /\ status'  = [status EXCEPT ![p] = "polling"]
  /\ quorum'  = [quorum EXCEPT ![p] = Q]
  /\ voters'  = [voters EXCEPT ![p] = {}]
  /\ decree'  = [decree EXCEPT ![p] = d]
  /\ UNCHANGED <<ledger, prevVotes, ballots, messages>>

MutantPoll(p, Q, d) ==
  IF Begun(p, Q, d) THEN PollAgain(p, Q, d) ELSE Poll(p, Q, d)

MutantStartPolling(p) ==
  \/ /\ status[p] = "trying"
     /\ \E Q \in Quorums :
          /\ Q \subseteq Answered(p)
          /\ \E d \in MutantAllowed(prevVotes[p]) : MutantPoll(p, Q, d)
  \/ /\ Mutant = "two decrees in one ballot"
     /\ status[p] = "polling"
     /\ \E d \in Decrees : MutantPoll(p, quorum[p], d)

-----------------------------------------------------------------------------
(***************************************************************************)
(* Messages that are taken, or sent, although they must not be.            *)
(***************************************************************************)
MutantReceiveBeginBallot(p) ==
  IF Mutant = "vote although b < nextBal"
    THEN \E m \in Sent("BeginBallot") :
           /\ p \in m.qrm
           /\ m.bal > prevBal[p]
           /\ CastVote(p, m)
    ELSE ReceiveBeginBallot(p)

MutantSendLastVote(p) ==
  IF Mutant = "LastVote sent without the promise"
    THEN /\ nextBal[p] > prevBal[p]
         /\ messages' = messages \cup
              {LastVote(nextBal[p],
                        [pst |-> p, bal |-> prevBal[p], dec |-> prevDec[p]])}
         /\ nextBal' = [nextBal EXCEPT ![p] = prevBal[p]]
         /\ UNCHANGED <<outcome, lastTried, prevBal, prevDec, slip, ballots>>
    ELSE SendLastVote(p)

MutantReceiveLastVote(p) ==
  IF Mutant = "LastVote from another ballot accepted"
    THEN \E m \in Sent("LastVote") :
           /\ Owner(m.bal) = p
           /\ status[p] = "trying"
           /\ AddVote(p, m.vote)
    ELSE ReceiveLastVote(p)

MutantReceiveVoted(p) ==
  IF Mutant = "Voted from another ballot counted"
    THEN \E m \in Sent("Voted") :
           /\ Owner(m.bal) = p
           /\ status[p] = "polling"
           /\ AddVoter(p, m.pst)
    ELSE ReceiveVoted(p)

MutantSucceed(p) ==
  IF Mutant = "Succeed with one vote short of the quorum"
    THEN /\ status[p] = "polling"
         /\ Cardinality(quorum[p] \ voters[p]) <= 1
         /\ WriteOutcome(p, decree[p])
    ELSE Succeed(p)

-----------------------------------------------------------------------------
(***************************************************************************)
(* With the slip, the priest loses a part of his ledger.  Therefore the    *)
(* loss has an effect on an idle priest too.                               *)
(***************************************************************************)
ForgetNextBal(p) ==
  /\ nextBal' = [nextBal EXCEPT ![p] = prevBal[p]]
  /\ UNCHANGED <<outcome, lastTried, prevBal, prevDec>>

ForgetLastTried(p) ==
  /\ lastTried' = [lastTried EXCEPT ![p] = MinusInfinity]
  /\ UNCHANGED <<outcome, prevBal, prevDec, nextBal>>

ForgetPrevBal(p) ==
  /\ prevBal' = [prevBal EXCEPT ![p] = MinusInfinity]
  /\ prevDec' = [prevDec EXCEPT ![p] = Blank]
  /\ UNCHANGED <<outcome, lastTried, nextBal>>

LoseMore(p) ==
  /\ Forgetful
  /\ VoidSlip(p, "idle")
  /\ CASE Mutant = "nextBal forgotten with the slip" -> ForgetNextBal(p)
       [] Mutant = "ballot numbers reused after losing the slip" ->
            ForgetLastTried(p)
       [] Mutant = "prevBal forgotten with the slip" -> ForgetPrevBal(p)
       [] OTHER -> FALSE
  /\ UNCHANGED <<ballots, messages>>

LosesMore ==
  Mutant \in {"nextBal forgotten with the slip",
              "ballot numbers reused after losing the slip",
              "prevBal forgotten with the slip"}

MutantLoseSlip(p) == IF LosesMore THEN LoseMore(p) ELSE LoseSlip(p)

-----------------------------------------------------------------------------
MutantNext ==
  \E p \in Priests :
    \/ TryNewBallot(p)       \/ SendNextBallot(p)
    \/ ReceiveNextBallot(p)  \/ MutantSendLastVote(p)
    \/ MutantReceiveLastVote(p)
    \/ MutantStartPolling(p)
    \/ SendBeginBallot(p)    \/ MutantReceiveBeginBallot(p)
    \/ SendVoted(p)          \/ MutantReceiveVoted(p)
    \/ MutantSucceed(p)
    \/ SendSuccess(p)        \/ ReceiveSuccess(p)
    \/ MutantLoseSlip(p)

MutantSpec == Init /\ [][MutantNext]_vars
=============================================================================
