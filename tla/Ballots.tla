------------------------------ MODULE Ballots ------------------------------
(***************************************************************************)
(* Section 2.1 as a state machine.  Its only variable is the set of        *)
(* ballots, which the paper writes as a script B.  Ballots begin, and      *)
(* votes are added to them.  The module does not say which priest takes a  *)
(* step, or what he must know to take it.  It only requires that B1, B2    *)
(* and B3 hold afterwards.                                                 *)
(***************************************************************************)
EXTENDS Mathematics

VARIABLE ballots     \* the set of ballots that have begun

TypeOK == ballots \subseteq Ballot

Init == ballots = {}

Begin(b, d, Q) ==
  \* A ballot begins, without votes.
  /\ \A C \in ballots : C.bal # b
  /\ ballots' = ballots \cup {[bal |-> b, dec |-> d, qrm |-> Q, vot |-> {}]}

Cast(p, C) ==
  \* A priest votes in the ballot C, once.
  /\ p \notin C.vot
  /\ ballots' = (ballots \ {C}) \cup {[C EXCEPT !.vot = @ \cup {p}]}

Next ==
  /\ \/ \E b \in Numbers, d \in Decrees, Q \in Majorities : Begin(b, d, Q)
     \/ \E C \in ballots : \E p \in Priests : Cast(p, C)
  /\ Conditions(ballots')

Spec == Init /\ [][Next]_ballots

-----------------------------------------------------------------------------
(***************************************************************************)
(* The claims: the conditions hold, and so do their consequences.          *)
(***************************************************************************)
InvConditions == Conditions(ballots)
InvLemma      == Lemma(ballots)
InvTheorem1   == Theorem1(ballots)
InvTheorem2   == Theorem2(ballots)

THEOREM Spec => [](TypeOK /\ InvConditions)

(***************************************************************************)
(* A decree is chosen when a ballot with this decree is successful.        *)
(***************************************************************************)
Above == INSTANCE Consensus WITH chosen <- Passed(ballots)

RefinesConsensus == Above!Spec

THEOREM Spec => RefinesConsensus
=============================================================================
