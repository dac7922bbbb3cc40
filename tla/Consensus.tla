----------------------------- MODULE Consensus -----------------------------
(***************************************************************************)
(* Section 1.2 in its shortest form: at most one decree (value) is ever    *)
(* chosen, and a chosen decree stays chosen.  The modules below say how it *)
(* is chosen.  This is the top of the chain of refinements:                *)
(*                                                                         *)
(*    Basic  =>  Preliminary  =>  Ballots  =>  Consensus                   *)
(***************************************************************************)
EXTENDS FiniteSets, Naturals

CONSTANT Decrees     \* the decrees that may be chosen

VARIABLE chosen      \* the set of decrees that are chosen

Init == chosen = {}

Next ==
  \* The only step: a decree is chosen.
  /\ chosen = {}
  /\ \E d \in Decrees : chosen' = {d}

Spec == Init /\ [][Next]_chosen

AtMostOne ==
  \* The paper's consistency, as a property of the chosen decrees.
  /\ chosen \subseteq Decrees
  /\ Cardinality(chosen) <= 1

THEOREM Spec => []AtMostOne
=============================================================================
