-------------------------- MODULE MCCompleteInTime --------------------------
(***************************************************************************)
(* The bounds for TLC, as in MCComplete.  Tryers are those who have left.  *)
(***************************************************************************)
EXTENDS CompleteInTime

CONSTANTS
  Tryers,      \* the priests who have begun ballots before T_el
  Attempts     \* how many each

MCNumbers    == NumbersOf(Tryers, Attempts)
MCMajorities == MajoritySets([p \in Priests |-> 1])
MCWanted     == [p \in Priests |-> CHOOSE d \in Decrees : TRUE]
=============================================================================
