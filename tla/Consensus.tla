----------------------------- MODULE Consensus -----------------------------
(***************************************************************************)
(* Section 1.2, as briefly as it can be said: at most one decree is ever   *)
(* chosen, and once chosen it stays so.  How it comes to be chosen, and by *)
(* whom, is left to the modules below.  This is the top of the chain:      *)
(*                                                                         *)
(*    Basic  =>  Preliminary  =>  Ballots  =>  Consensus                   *)
(***************************************************************************)
EXTENDS FiniteSets, Naturals

CONSTANT Decrees     \* what may be chosen

VARIABLE chosen      \* the set of decrees that are chosen

Init == chosen = {}

Next ==
  \* The only step there is: the first decree is chosen.
  /\ chosen = {}
  /\ \E d \in Decrees : chosen' = {d}

Spec == Init /\ [][Next]_chosen

AtMostOne ==
  \* What the paper calls consistency, said of decrees.
  /\ chosen \subseteq Decrees
  /\ Cardinality(chosen) <= 1

THEOREM Spec => []AtMostOne
=============================================================================
