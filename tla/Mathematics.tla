---------------------------- MODULE Mathematics ----------------------------
(***************************************************************************)
(* Section 2.1, "Mathematical results": ballots, votes, the conditions B1  *)
(* to B3, and their consequences.  The module has no time: every           *)
(* definition is about one set B of ballots.  The Lemma and the theorems   *)
(* are predicates of B, so that a checker can evaluate them for every B.   *)
(*                                                                         *)
(* A ballot is a record: its number bal, its decree dec, its quorum qrm    *)
(* (a set of priests), and the set vot of the priests who voted in it.     *)
(* A vote is a record: the priest pst, the number bal of the ballot in     *)
(* which he voted, and the decree dec of that ballot.                      *)
(***************************************************************************)
EXTENDS Integers, FiniteSets

CONSTANTS
  Priests,     \* 1..n
  Decrees,     \* the decrees (values) that may be passed
  Numbers,     \* the numbers that ballots may have; integers from 0
  Majorities   \* the sets of priests that may be the quorum of a ballot

MinusInfinity == -1      \* below all numbers
Blank == "BLANK"         \* no decree

ASSUME
  /\ \A b \in Numbers : b > MinusInfinity
  /\ Blank \notin Decrees
  /\ \A Q \in Majorities : Q \subseteq Priests /\ Q # {}

(***************************************************************************)
(* Numbers, weights and majority sets (quorums).  Each number has one      *)
(* owner.  B2 holds because any two majority sets have a priest in common. *)
(***************************************************************************)
Owner(b) == (b % Cardinality(Priests)) + 1

NumbersOf(tryers, attempts) ==
  \* The first numbers of each tryer, as many as there are attempts.
  {k * Cardinality(Priests) + (p - 1) : k \in 0..(attempts - 1), p \in tryers}

WeightOf(weight, Q) ==
  \* The sum of the weights of the priests of Q: each priest counts as often as
  \* his weight says.
  Cardinality(UNION {{p} \X (1..weight[p]) : p \in Q})

MajoritySets(weight) ==
  \* More than half of the total weight.  If all weights are 1, this is more
  \* than half of the priests.
  {Q \in SUBSET Priests :
     2 * WeightOf(weight, Q) > WeightOf(weight, Priests)}

-----------------------------------------------------------------------------
(***************************************************************************)
(* Votes.                                                                  *)
(***************************************************************************)
Vote ==
  \* All votes and null votes.
  [pst : Priests, bal : Numbers \cup {MinusInfinity},
   dec : Decrees \cup {Blank}]

Ballot ==
  \* All ballots.  Votes of priests outside the quorum are possible and do not
  \* count for success.
  [bal : Numbers, dec : Decrees, qrm : SUBSET Priests \ {{}},
   vot : SUBSET Priests]

Null(p) ==
  \* The vote of a priest who has not voted.
  [pst |-> p, bal |-> MinusInfinity, dec |-> Blank]

Votes(B) ==
  \* Every vote that was cast in a ballot of B.
  UNION {{[pst |-> p, bal |-> C.bal, dec |-> C.dec] : p \in C.vot} : C \in B}

Largest(V) ==
  \* The votes of V with the largest number.  Under B1 all of them have the same
  \* decree, and each priest has at most one of them.
  {v \in V : \A w \in V : w.bal <= v.bal}

MaxVoteOf(b, p, B) ==
  \* MaxVote(b, p, B): the largest vote of p below b, or his null vote.
  LET V == {v \in Votes(B) : v.pst = p /\ v.bal < b}
  IN  CHOOSE v \in Largest(V \cup {Null(p)}) : TRUE

LastVoteOf(p, B) ==
  \* MaxVote(infinity, p, B): the largest of all his votes.
  LET V == {v \in Votes(B) : v.pst = p}
  IN  CHOOSE v \in Largest(V \cup {Null(p)}) : TRUE

MaxVote(b, Q, B) ==
  \* MaxVote(b, Q, B): the largest vote below b of any priest of Q.
  CHOOSE v \in Largest({MaxVoteOf(b, p, B) : p \in Q}) : TRUE

Allowed(V) ==
  \* The decrees that a new ballot may have if V has the last votes of its
  \* quorum: that of the largest vote, or any decree if all are null.
  UNION {IF v.bal = MinusInfinity THEN Decrees ELSE {v.dec} : v \in Largest(V)}

-----------------------------------------------------------------------------
(***************************************************************************)
(* The three conditions, and success.                                      *)
(***************************************************************************)
B1(B) ==
  \* Different ballots have different numbers.
  \A C, D \in B : C # D => C.bal # D.bal

B2(B) ==
  \* Any two quorums have a priest in common.
  \A C, D \in B : C.qrm \cap D.qrm # {}

B3(B) ==
  \* If a priest of a ballot's quorum voted in an earlier ballot, the ballot has
  \* the decree of the latest such earlier ballot.
  \A C \in B :
    LET v == MaxVote(C.bal, C.qrm, B)
    IN  v.bal # MinusInfinity => C.dec = v.dec

Conditions(B) == B1(B) /\ B2(B) /\ B3(B)

Successful(C) ==
  \* Its whole quorum voted.
  C.qrm \subseteq C.vot

Passed(B) ==
  \* The decrees of the successful ballots.
  {C.dec : C \in {D \in B : Successful(D)}}

-----------------------------------------------------------------------------
(***************************************************************************)
(* The consequences.                                                       *)
(***************************************************************************)
Lemma(B) ==
  \* A ballot after a successful one has the same decree.
  Conditions(B) =>
    \A C, D \in B : (Successful(C) /\ D.bal > C.bal) => D.dec = C.dec

SameDecree(B) ==
  \* Successful ballots have the same decree.
  \A C, D \in B : (Successful(C) /\ Successful(D)) => C.dec = D.dec

Theorem1(B) ==
  \* No two different decrees are passed.
  Conditions(B) => SameDecree(B)

Theorem2(B) ==
  \* No deadlock: whatever the votes are, any set of priests that intersects
  \* every quorum can hold a later ballot that succeeds.
  Conditions(B) =>
    \A Q \in SUBSET Priests \ {{}} : \A b \in Numbers :
      (\A C \in B : b > C.bal /\ Q \cap C.qrm # {}) =>
        \E d \in Decrees :
          Conditions(B \cup {[bal |-> b, dec |-> d, qrm |-> Q, vot |-> Q]})

THEOREM \A B \in SUBSET Ballot : Lemma(B) /\ Theorem1(B) /\ Theorem2(B)
=============================================================================
