--------------------------- MODULE MCPreliminary ---------------------------
(***************************************************************************)
(* The bounds for TLC.  A configuration gives Priests, Decrees and the     *)
(* three constants below; it has Numbers <- MCNumbers and                  *)
(* Majorities <- MCMajorities, and Weight <- one of the weights here.      *)
(***************************************************************************)
EXTENDS Preliminary, TLC

CONSTANTS
  Tryers,      \* the priests who may start ballots
  Attempts,    \* the ballots that each of them may start
  Weight       \* the weight of each priest

Equal        == [p \in Priests |-> 1]
TwoOneOneOne == <<2, 1, 1, 1>>

MCNumbers == NumbersOf(Tryers, Attempts)
MCMajorities ==
  \* TLCEval: they are computed once, and not again in every state.
  TLCEval(MajoritySets(Weight))
=============================================================================
