------------------------------ MODULE MCBasic ------------------------------
(***************************************************************************)
(* The bounds for TLC.  A configuration gives Priests, Decrees, Forgetful, *)
(* and the three constants below; it has Numbers <- MCNumbers and          *)
(* Majorities <- MCMajorities, and Weight <- one of the weights here.      *)
(***************************************************************************)
EXTENDS Basic, TLC

CONSTANTS
  Tryers,      \* the priests who may start ballots
  Attempts,    \* the ballots that each of them may start
  Weight       \* the weight of each priest

Equal     == [p \in Priests |-> 1]
TwoOne    == <<2, 1>>
TwoOneOne == <<2, 1, 1>>

MCNumbers == NumbersOf(Tryers, Attempts)
MCMajorities ==
  \* TLCEval: they are computed once, and not again in every state.
  TLCEval(MajoritySets(Weight))

-----------------------------------------------------------------------------
(***************************************************************************)
(* A.1 repaired: Start Polling takes the decree of the largest vote among  *)
(* those of its quorum, as B3 requires.  All other actions are unchanged.  *)
(***************************************************************************)
RepairedStartPolling(p) ==
  /\ status[p] = "trying"
  /\ \E Q \in Majorities :
       /\ Q \subseteq Answered(p)
       /\ \E d \in Allowed({v \in prevVotes[p] : v.pst \in Q}) : Poll(p, Q, d)

RepairedNext ==
  \E p \in Priests :
    \/ TryNewBallot(p)      \/ SendNextBallot(p)  \/ ReceiveNextBallot(p)
    \/ SendLastVote(p)      \/ ReceiveLastVote(p) \/ RepairedStartPolling(p)
    \/ SendBeginBallot(p)   \/ ReceiveBeginBallot(p)
    \/ SendVoted(p)         \/ ReceiveVoted(p)    \/ Succeed(p)
    \/ SendSuccess(p)       \/ ReceiveSuccess(p)
    \/ LoseSlip(p)

RepairedSpec == Init /\ [][RepairedNext]_vars
=============================================================================
