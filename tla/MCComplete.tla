----------------------------- MODULE MCComplete -----------------------------
(***************************************************************************)
(* The bounds for TLC.  A configuration gives Priests, Decrees, Crashes,   *)
(* and the two constants below; it has Presidents <- Tryers,               *)
(* Numbers <- MCNumbers, Majorities <- MCMajorities and Wanted <- MCWanted.*)
(***************************************************************************)
EXTENDS Complete

CONSTANTS
  Tryers,      \* the priests who may become president
  Attempts     \* the ballots that each of them may start

MCNumbers    == NumbersOf(Tryers, Attempts)
MCMajorities == MajoritySets([p \in Priests |-> 1])

MCWanted ==
  \* The first priest wants the first decree, and so on in turn.
  LET inOrder == SelectSeq(<<"a", "b", "c", "d">>, LAMBDA d : d \in Decrees)
  IN  [p \in Priests |-> inOrder[((p - 1) % Len(inOrder)) + 1]]
=============================================================================
