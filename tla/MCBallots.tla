----------------------------- MODULE MCBallots -----------------------------
(***************************************************************************)
(* The bounds for TLC, and besides the state machine a second              *)
(* specification: its initial states are all sets of ballots of a small    *)
(* universe, and it has no steps.  On these the Lemma and the theorems are *)
(* evaluated.  Sets that break B1 are not among them, since there nothing  *)
(* is claimed: so a set has for each number one ballot or none.            *)
(***************************************************************************)
EXTENDS Ballots

CONSTANT Size        \* the numbers are 0..Size-1

MCNumbers    == 0..(Size - 1)
MCMajorities == MajoritySets([p \in Priests |-> 1])

-----------------------------------------------------------------------------
Content ==
  \* What a ballot has besides its number.
  [dec : Decrees, qrm : SUBSET Priests \ {{}}, vot : SUBSET Priests]

AnySet ==
  \* Any set of ballots that satisfies B1.
  \E S \in SUBSET Numbers : \E f \in [S -> Content] :
    ballots = {[bal |-> b, dec |-> f[b].dec, qrm |-> f[b].qrm,
                vot |-> f[b].vot] : b \in S}

AllSetsSpec == AnySet /\ [][FALSE]_ballots
=============================================================================
