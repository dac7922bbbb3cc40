----------------------------- MODULE MCBallots -----------------------------
(***************************************************************************)
(* The bounds for TLC, and a second specification.  Its initial states are *)
(* all sets of ballots of a small universe, and it has no steps.  The      *)
(* Lemma and the theorems are evaluated in these states.  Sets that break  *)
(* B1 are left out, because nothing is claimed of them: a set has for each *)
(* number at most one ballot.                                              *)
(***************************************************************************)
EXTENDS Ballots, TLC

CONSTANT Size        \* the ballot numbers are 0..Size-1

MCNumbers == 0..(Size - 1)
MCMajorities ==
  \* TLCEval: they are computed once, and not again in every state.
  TLCEval(MajoritySets([p \in Priests |-> 1]))

-----------------------------------------------------------------------------
Content ==
  \* Everything in a ballot except its number.
  [dec : Decrees, qrm : SUBSET Priests \ {{}}, vot : SUBSET Priests]

AnySet ==
  \* Any set of ballots that satisfies B1.
  \E S \in SUBSET Numbers : \E f \in [S -> Content] :
    ballots = {[bal |-> b, dec |-> f[b].dec, qrm |-> f[b].qrm,
                vot |-> f[b].vot] : b \in S}

AllSetsSpec == AnySet /\ [][FALSE]_ballots
=============================================================================
