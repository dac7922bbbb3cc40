----------------------------- MODULE MCComplete -----------------------------
(***************************************************************************)
(* The complete protocol within bounds: those of the run specs of the same  *)
(* names.                                                                   *)
(***************************************************************************)
EXTENDS Complete

CONSTANTS
  Tryers,    \* The priests who may be president.
  Attempts   \* How many ballot numbers each of them owns.

(* k*N + (p-1), for k = 0, ..., Attempts-1.                                 *)
MCNumbers == {k * N + p - 1 : k \in 0..(Attempts - 1), p \in Tryers}

(* The first priest wants the first decree, and so on in turn.              *)
MCWanted ==
  LET inOrder == SelectSeq(<<"a", "b", "c", "d">>, LAMBDA d : d \in Decrees)
  IN  [p \in 1..N |-> inOrder[((p - 1) % Len(inOrder)) + 1]]
=============================================================================
