---------------------------- MODULE MCInductive ----------------------------
(***************************************************************************)
(* Is I, the conjunction of I1 to I7, inductive?  It is if every step from *)
(* a state that satisfies I, reachable or not, leads to a state that       *)
(* satisfies I.  Here the initial states are all type-correct states that  *)
(* satisfy I, and the steps are those of Basic.  If I is inductive, the    *)
(* steps lead to no further state, and TLC reports a depth of 1.           *)
(*                                                                         *)
(* A state is type-correct if its variables have these values:             *)
(*                                                                         *)
(*   - outcome and prevDec: a decree or Blank.                             *)
(*   - lastTried, prevBal, nextBal: a number or minus infinity.            *)
(*   - status: idle, trying or polling.                                    *)
(*   - prevVotes: void if idle; otherwise any set of votes, where a vote   *)
(*     has any priest, any number or minus infinity, and any decree or     *)
(*     Blank.                                                              *)
(*   - quorum, voters, decree: void unless polling; otherwise any set of   *)
(*     priests, any set of priests, and any decree or Blank.               *)
(*   - ballots: any set of ballots, where a ballot has any number, any     *)
(*     decree, any non-empty set of priests for quorum, and any set of     *)
(*     priests for voters.                                                 *)
(*   - messages: any set of NextBallot(b), LastVote(b, v),                 *)
(*     BeginBallot(b, d, Q) with Q any non-empty set of priests,           *)
(*     Voted(b, q) and Success(d).                                         *)
(*                                                                         *)
(* I2 says that the owner of lastTried is p.  Minus infinity has no owner, *)
(* so I2 does not apply to it.  Otherwise the initial state would not      *)
(* satisfy I.                                                              *)
(*                                                                         *)
(* I is not inductive.  With I8, I9 and I10 below it is, within the bounds *)
(* in which A.1 preserves I6.                                              *)
(***************************************************************************)
EXTENDS Basic, TLC

CONSTANTS
  Tryers,      \* the priests who may start ballots
  Attempts,    \* the ballots that each of them may start
  Weight,      \* the weight of each priest
  Extra        \* those of "I8", "I9", "I10" that are assumed in addition to I

ASSUME Extra \subseteq {"I8", "I9", "I10"}

Equal  == [p \in Priests |-> 1]
TwoOne == <<2, 1>>

MCNumbers == NumbersOf(Tryers, Attempts)
MCMajorities ==
  \* TLCEval: they are computed once, and not again in every state.
  TLCEval(MajoritySets(Weight))

-----------------------------------------------------------------------------
(***************************************************************************)
(* The conjuncts that I lacks.                                             *)
(***************************************************************************)
I8(C) ==
  \* Each priest of a ballot's quorum has promised not to vote below it.  I4 and
  \* I5 say so only while the ballot's owner is polling.  The promise must also
  \* hold after he has given the ballot up: otherwise a priest of the quorum
  \* could vote in an earlier ballot for another decree, and break B3.
  \A q \in C.qrm : nextBal[q] >= C.bal

I9(m) ==
  \* The quorum in a BeginBallot is that of its ballot.  Otherwise a priest
  \* could vote in a ballot that does not exist.  (In the paper the message has
  \* no quorum, so I9 is not needed.)
  \E C \in ballots : C.bal = m.bal /\ C.dec = m.dec /\ C.qrm = m.qrm

I10(p) ==
  \* A priest who conducts a ballot has chosen a number for it.  Otherwise he
  \* could send NextBallot with minus infinity.
  status[p] # "idle" => lastTried[p] # MinusInfinity

Inv8  == "I8"  \in Extra => \A C \in ballots : I8(C)
Inv9  == "I9"  \in Extra => \A m \in Sent("BeginBallot") : I9(m)
Inv10 == "I10" \in Extra => \A p \in Priests : I10(p)

InvExtra == Inv8 /\ Inv9 /\ Inv10

-----------------------------------------------------------------------------
(***************************************************************************)
(* All type-correct states that satisfy I (and Extra).  Values that I      *)
(* determines are computed, so that TLC need not enumerate all             *)
(* type-correct states.  The comment of a line names the conjunct that     *)
(* excludes all other values.                                              *)
(***************************************************************************)
Content ==
  \* Everything in a ballot except its number, by I6.
  [dec : Decrees, qrm : Majorities, vot : SUBSET Priests]

Told(p) ==
  \* The votes that may be in prevVotes, by I4.
  {MaxVoteOf(lastTried[p], q, ballots) :
     q \in {r \in Priests : nextBal[r] >= lastTried[p]}}

Slip(s, V, Q, W, d) ==
  [status |-> s, prevVotes |-> V, quorum |-> Q, voters |-> W, decree |-> d]

PollingSlips(p, C) ==
  \* The slips that agree with the ballot C, by I5.
  {Slip("polling", V, C.qrm, W, C.dec) :
     V \in {U \in SUBSET Told(p) : C.qrm \subseteq {v.pst : v \in U}},
     W \in SUBSET C.vot}

Slips(p) ==
       {Slip("idle", {}, {}, {}, Blank)}
  \cup {Slip("trying", V, {}, {}, Blank) : V \in SUBSET Told(p)}
  \cup UNION {PollingSlips(p, C) : C \in {D \in ballots : D.bal = lastTried[p]}}

AnySlips ==
  \E f \in [Priests -> UNION {Slips(p) : p \in Priests}] :
    /\ \A p \in Priests : f[p] \in Slips(p)
    /\ status    = [p \in Priests |-> f[p].status]
    /\ prevVotes = [p \in Priests |-> f[p].prevVotes]
    /\ quorum    = [p \in Priests |-> f[p].quorum]
    /\ voters    = [p \in Priests |-> f[p].voters]
    /\ decree    = [p \in Priests |-> f[p].decree]

MayBeSent(m) ==
  \* I7, for a single message.
  CASE m.type = "NextBallot"  -> I7NextBallot(m)
    [] m.type = "LastVote"    -> I7LastVote(m)
    [] m.type = "BeginBallot" -> I7BeginBallot(m) /\ ("I9" \in Extra => I9(m))
    [] m.type = "Voted"       -> I7Voted(m)
    [] m.type = "Success"     -> I7Success(m)

AnyStateOfI ==
  /\ \E S \in SUBSET Numbers : \E f \in [S -> Content] :      \* B1
       ballots = {[bal |-> b, dec |-> f[b].dec, qrm |-> f[b].qrm,
                   vot |-> f[b].vot] : b \in S}
  /\ I6
  /\ prevBal = [p \in Priests |-> LastVoteOf(p, ballots).bal] \* I3
  /\ prevDec = [p \in Priests |-> LastVoteOf(p, ballots).dec]
  /\ nextBal \in [Priests -> Numbers \cup {MinusInfinity}]
  /\ Inv3
  /\ Inv8
  /\ outcome \in [Priests -> Passed(ballots) \cup {Blank}]    \* I1
  /\ lastTried \in [Priests -> Numbers \cup {MinusInfinity}]
  /\ AnySlips                                                 \* I4, I5
  /\ Inv2
  /\ Inv10
  /\ messages \in SUBSET {m \in Message : MayBeSent(m)}       \* I7

InductiveSpec == AnyStateOfI /\ [][Next]_vars

-----------------------------------------------------------------------------
(***************************************************************************)
(* The same states by plain enumeration of TypeOK and I, as a check of the *)
(* definition above.  It is possible for a single ballot of a single       *)
(* priest.  The number of initial states must be the same.                 *)
(***************************************************************************)
RawState ==
  /\ ballots \in SUBSET Ballot
  /\ prevBal \in [Priests -> Numbers \cup {MinusInfinity}]
  /\ prevDec \in [Priests -> Decrees \cup {Blank}]
  /\ nextBal \in [Priests -> Numbers \cup {MinusInfinity}]
  /\ outcome \in [Priests -> Decrees \cup {Blank}]
  /\ lastTried \in [Priests -> Numbers \cup {MinusInfinity}]
  /\ status \in [Priests -> Status]
  /\ prevVotes \in [Priests -> SUBSET Vote]
  /\ quorum \in [Priests -> SUBSET Priests]
  /\ voters \in [Priests -> SUBSET Priests]
  /\ decree \in [Priests -> Decrees \cup {Blank}]
  /\ Inv1 /\ Inv2 /\ Inv3 /\ Inv4 /\ Inv5 /\ Inv6
  /\ messages \in SUBSET Message
  /\ Inv7
  /\ TypeOK
  /\ InvExtra

RawSpec == RawState /\ [][Next]_vars
=============================================================================
