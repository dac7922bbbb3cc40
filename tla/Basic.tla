------------------------------- MODULE Basic -------------------------------
(***************************************************************************)
(* Section 2.3 and A.1: the basic protocol.  Unlike in the preliminary     *)
(* protocol, a priest does not remember everything.  Five variables are in *)
(* his ledger (durable state), which he never loses.  Everything else that *)
(* he knows is on a slip of paper (volatile state).                        *)
(*                                                                         *)
(* Each of the thirteen actions of A.1 is one step.  The set ballots is a  *)
(* history variable: no priest reads it.  The set messages never shrinks.  *)
(* A message can be received at any later time, several times or never.    *)
(* This models delays, losses, repetitions and reordering.  An action that *)
(* would change nothing is not enabled.                                    *)
(*                                                                         *)
(* Parts of a slip that are not in use are void: prevVotes while the       *)
(* priest is idle, and quorum, voters and decree unless he is polling.     *)
(* Void is the empty set, or Blank.                                        *)
(***************************************************************************)
EXTENDS Mathematics

CONSTANT Forgetful   \* TRUE if a priest may lose his slip

ASSUME Forgetful \in BOOLEAN

VARIABLES
  \* The ledger of each priest.
  outcome,     \* the decree he has written down, or Blank
  lastTried,   \* the number of the last ballot he tried to begin
  prevBal,     \* the number of the last ballot in which he voted
  prevDec,     \* the decree for which he voted there
  nextBal,     \* the largest number he has agreed to take part in
  \* The slip of each priest.
  status,      \* "idle", "trying" or "polling"
  prevVotes,   \* the votes in the LastVotes received for ballot lastTried
  quorum,      \* the quorum of that ballot
  voters,      \* the priests from whom a Voted for it was received
  decree,      \* its decree
  \* Shared by all priests.
  ballots,     \* the ballots that have begun, with all votes
  messages     \* the messages that were sent

ledger == <<outcome, lastTried, prevBal, prevDec, nextBal>>
slip   == <<status, prevVotes, quorum, voters, decree>>
vars   == <<ledger, slip, ballots, messages>>

Status == {"idle", "trying", "polling"}

-----------------------------------------------------------------------------
(***************************************************************************)
(* Messages.  NextBallot and Success are for every priest, LastVote and    *)
(* Voted for the owner of the number, BeginBallot for the quorum in it.    *)
(***************************************************************************)
NextBallot(b)  == [type |-> "NextBallot", bal |-> b]
LastVote(b, v) == [type |-> "LastVote", bal |-> b, vote |-> v]
BeginBallot(b, d, Q) ==
  [type |-> "BeginBallot", bal |-> b, dec |-> d, qrm |-> Q]
Voted(b, q)    == [type |-> "Voted", bal |-> b, pst |-> q]
Success(d)     == [type |-> "Success", dec |-> d]

Message ==
       [type : {"NextBallot"}, bal : Numbers]
  \cup [type : {"LastVote"}, bal : Numbers, vote : Vote]
  \cup [type : {"BeginBallot"}, bal : Numbers, dec : Decrees,
        qrm : SUBSET Priests \ {{}}]
  \cup [type : {"Voted"}, bal : Numbers, pst : Priests]
  \cup [type : {"Success"}, dec : Decrees]

Sent(type) == {m \in messages : m.type = type}

Send(m) ==
  \* A message that is in the set already is not sent again: that would change
  \* nothing.
  /\ m \notin messages
  /\ messages' = messages \cup {m}

-----------------------------------------------------------------------------
(***************************************************************************)
(* The initial state.                                                      *)
(***************************************************************************)
Init ==
  /\ outcome   = [p \in Priests |-> Blank]
  /\ lastTried = [p \in Priests |-> MinusInfinity]
  /\ prevBal   = [p \in Priests |-> MinusInfinity]
  /\ prevDec   = [p \in Priests |-> Blank]
  /\ nextBal   = [p \in Priests |-> MinusInfinity]
  /\ status    = [p \in Priests |-> "idle"]
  /\ prevVotes = [p \in Priests |-> {}]
  /\ quorum    = [p \in Priests |-> {}]
  /\ voters    = [p \in Priests |-> {}]
  /\ decree    = [p \in Priests |-> Blank]
  /\ ballots   = {}
  /\ messages  = {}

-----------------------------------------------------------------------------
(***************************************************************************)
(* The actions of priest p, in the order of A.1.                           *)
(***************************************************************************)
VoidSlip(p, s) ==
  \* On the slip of p, status becomes s and everything else void.
  /\ status'    = [status EXCEPT ![p] = s]
  /\ prevVotes' = [prevVotes EXCEPT ![p] = {}]
  /\ quorum'    = [quorum EXCEPT ![p] = {}]
  /\ voters'    = [voters EXCEPT ![p] = {}]
  /\ decree'    = [decree EXCEPT ![p] = Blank]

TryNewBallot(p) ==
  \* Always possible.  The old slip is void, as it is about another ballot.
  /\ \E b \in Numbers :
       /\ Owner(b) = p
       /\ b > lastTried[p]
       /\ lastTried' = [lastTried EXCEPT ![p] = b]
  /\ VoidSlip(p, "trying")
  /\ UNCHANGED <<outcome, prevBal, prevDec, nextBal, ballots, messages>>

SendNextBallot(p) ==
  /\ status[p] = "trying"
  /\ Send(NextBallot(lastTried[p]))
  /\ UNCHANGED <<ledger, slip, ballots>>

ReceiveNextBallot(p) ==
  \* With b = nextBal the action would change nothing.
  /\ \E m \in Sent("NextBallot") :
       /\ m.bal > nextBal[p]
       /\ nextBal' = [nextBal EXCEPT ![p] = m.bal]
  /\ UNCHANGED <<outcome, lastTried, prevBal, prevDec, slip, ballots, messages>>

SendLastVote(p) ==
  \* This is a promise to vote in no ballot between prevBal and nextBal.
  /\ nextBal[p] > prevBal[p]
  /\ Send(LastVote(nextBal[p],
                   [pst |-> p, bal |-> prevBal[p], dec |-> prevDec[p]]))
  /\ UNCHANGED <<ledger, slip, ballots>>

AddVote(p, v) ==
  \* The vote v is noted on the slip of p.
  /\ v \notin prevVotes[p]
  /\ prevVotes' = [prevVotes EXCEPT ![p] = @ \cup {v}]
  /\ UNCHANGED <<ledger, status, quorum, voters, decree, ballots, messages>>

ReceiveLastVote(p) ==
  \* Only a LastVote for the present ballot counts.
  \E m \in Sent("LastVote") :
    /\ m.bal = lastTried[p]
    /\ status[p] = "trying"
    /\ AddVote(p, m.vote)

Answered(p) ==
  \* The priests from whom p has received a LastVote.
  {v.pst : v \in prevVotes[p]}

Poll(p, Q, d) ==
  \* The ballot lastTried begins, with quorum Q and decree d.
  /\ status'  = [status EXCEPT ![p] = "polling"]
  /\ quorum'  = [quorum EXCEPT ![p] = Q]
  /\ voters'  = [voters EXCEPT ![p] = {}]
  /\ decree'  = [decree EXCEPT ![p] = d]
  /\ ballots' = ballots \cup
                  {[bal |-> lastTried[p], dec |-> d, qrm |-> Q, vot |-> {}]}
  /\ UNCHANGED <<ledger, prevVotes, messages>>

StartPolling(p) ==
  \* Here A.1 reads all of prevVotes, including votes of priests outside Q.
  /\ status[p] = "trying"
  /\ \E Q \in Majorities :
       /\ Q \subseteq Answered(p)
       /\ \E d \in Allowed(prevVotes[p]) : Poll(p, Q, d)

SendBeginBallot(p) ==
  /\ status[p] = "polling"
  /\ Send(BeginBallot(lastTried[p], decree[p], quorum[p]))
  /\ UNCHANGED <<ledger, slip, ballots>>

CastVote(p, m) ==
  \* p votes in the ballot of the BeginBallot m.
  /\ prevBal' = [prevBal EXCEPT ![p] = m.bal]
  /\ prevDec' = [prevDec EXCEPT ![p] = m.dec]
  /\ ballots' = {IF C.bal = m.bal /\ C.dec = m.dec /\ C.qrm = m.qrm
                   THEN [C EXCEPT !.vot = @ \cup {p}]
                   ELSE C : C \in ballots}
  /\ UNCHANGED <<outcome, lastTried, nextBal, slip, messages>>

ReceiveBeginBallot(p) ==
  \* He votes only in the last ballot in which he agreed to take part, and only
  \* once.
  \E m \in Sent("BeginBallot") :
    /\ p \in m.qrm
    /\ m.bal = nextBal[p]
    /\ nextBal[p] > prevBal[p]
    /\ CastVote(p, m)

SendVoted(p) ==
  /\ prevBal[p] # MinusInfinity
  /\ Send(Voted(prevBal[p], p))
  /\ UNCHANGED <<ledger, slip, ballots>>

AddVoter(p, q) ==
  \* The voter q is noted on the slip of p.
  /\ q \notin voters[p]
  /\ voters' = [voters EXCEPT ![p] = @ \cup {q}]
  /\ UNCHANGED <<ledger, status, prevVotes, quorum, decree, ballots, messages>>

ReceiveVoted(p) ==
  \* Only a Voted for the present ballot counts.
  \E m \in Sent("Voted") :
    /\ m.bal = lastTried[p]
    /\ status[p] = "polling"
    /\ AddVoter(p, m.pst)

WriteOutcome(p, d) ==
  \* The outcome is written once.
  /\ outcome[p] = Blank
  /\ outcome' = [outcome EXCEPT ![p] = d]
  /\ UNCHANGED <<lastTried, prevBal, prevDec, nextBal, slip, ballots, messages>>

Succeed(p) ==
  /\ status[p] = "polling"
  /\ quorum[p] \subseteq voters[p]
  /\ WriteOutcome(p, decree[p])

SendSuccess(p) ==
  /\ outcome[p] # Blank
  /\ Send(Success(outcome[p]))
  /\ UNCHANGED <<ledger, slip, ballots>>

ReceiveSuccess(p) ==
  \E m \in Sent("Success") : WriteOutcome(p, m.dec)

LoseSlip(p) ==
  \* Not in A.1, but in section 2.3: p forgets the ballot that he is conducting.
  /\ Forgetful
  /\ status[p] # "idle"
  /\ VoidSlip(p, "idle")
  /\ UNCHANGED <<ledger, ballots, messages>>

Next ==
  \E p \in Priests :
    \/ TryNewBallot(p)      \/ SendNextBallot(p)  \/ ReceiveNextBallot(p)
    \/ SendLastVote(p)      \/ ReceiveLastVote(p) \/ StartPolling(p)
    \/ SendBeginBallot(p)   \/ ReceiveBeginBallot(p)
    \/ SendVoted(p)         \/ ReceiveVoted(p)    \/ Succeed(p)
    \/ SendSuccess(p)       \/ ReceiveSuccess(p)
    \/ LoseSlip(p)

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------
(***************************************************************************)
(* The types of the variables, and the parts of slips that are void.       *)
(***************************************************************************)
TypeOK ==
  /\ outcome   \in [Priests -> Decrees \cup {Blank}]
  /\ lastTried \in [Priests -> Numbers \cup {MinusInfinity}]
  /\ prevBal   \in [Priests -> Numbers \cup {MinusInfinity}]
  /\ prevDec   \in [Priests -> Decrees \cup {Blank}]
  /\ nextBal   \in [Priests -> Numbers \cup {MinusInfinity}]
  /\ status    \in [Priests -> Status]
  /\ \A p \in Priests :
       /\ prevVotes[p] \subseteq Vote
       /\ quorum[p] \subseteq Priests
       /\ voters[p] \subseteq Priests
       /\ decree[p] \in Decrees \cup {Blank}
       /\ status[p] = "idle" => prevVotes[p] = {}
       /\ status[p] # "polling" =>
            quorum[p] = {} /\ voters[p] = {} /\ decree[p] = Blank
  /\ ballots  \subseteq Ballot
  /\ messages \subseteq Message

(***************************************************************************)
(* The invariants of A.2.  Each comment begins with the variables that     *)
(* could break it.                                                         *)
(***************************************************************************)
I1(p) ==
  \* outcome: it is the decree of a successful ballot.
  outcome[p] # Blank => outcome[p] \in Passed(ballots)

I2(p) ==
  \* lastTried: it is his own, none of his ballots is above it, and while he
  \* is trying it has not begun.
  /\ lastTried[p] # MinusInfinity => Owner(lastTried[p]) = p
  /\ \A C \in ballots :
       Owner(C.bal) = p =>
         /\ C.bal <= lastTried[p]
         /\ status[p] = "trying" => C.bal < lastTried[p]

I3(p) ==
  \* prevBal, prevDec, nextBal: the ledger has his last vote, and he has agreed
  \* to take part in that ballot.
  /\ [pst |-> p, bal |-> prevBal[p], dec |-> prevDec[p]]
       = LastVoteOf(p, ballots)
  /\ prevBal[p] <= nextBal[p]

I4(p) ==
  \* prevVotes: the votes that were reported to him are still the largest below
  \* his ballot, and remain so.
  status[p] # "idle" =>
    \A v \in prevVotes[p] :
      /\ v = MaxVoteOf(lastTried[p], v.pst, ballots)
      /\ nextBal[v.pst] >= lastTried[p]

I5(p) ==
  \* quorum, voters, decree: the slip of a priest who is polling agrees with one
  \* of the ballots, and the quorum has answered.
  status[p] = "polling" =>
    /\ quorum[p] \subseteq Answered(p)
    /\ \E C \in ballots :
         /\ C.bal = lastTried[p]
         /\ C.dec = decree[p]
         /\ C.qrm = quorum[p]
         /\ voters[p] \subseteq C.vot

I6 ==
  \* ballots: the conditions hold, and each quorum is a majority set.  With
  \* three ballots among three priests B3 does not hold: see StartPolling.
  /\ Conditions(ballots)
  /\ \A C \in ballots : C.qrm \in Majorities

I7NextBallot(m) ==
  \* The owner has tried this number or a larger one.
  m.bal <= lastTried[Owner(m.bal)]

I7LastVote(m) ==
  \* The promise is kept.
  /\ m.vote = MaxVoteOf(m.bal, m.vote.pst, ballots)
  /\ nextBal[m.vote.pst] >= m.bal

I7BeginBallot(m) ==
  \* There is such a ballot.
  \E C \in ballots : C.bal = m.bal /\ C.dec = m.dec

I7Voted(m) ==
  \* There is such a vote.
  \E C \in ballots : C.bal = m.bal /\ m.pst \in C.vot

I7Success(m) ==
  \* Some priest has written the decree down.
  \E p \in Priests : outcome[p] = m.dec

I7 ==
  \* messages: their contents are true, and remain true.
  /\ \A m \in Sent("NextBallot")  : I7NextBallot(m)
  /\ \A m \in Sent("LastVote")    : I7LastVote(m)
  /\ \A m \in Sent("BeginBallot") : I7BeginBallot(m)
  /\ \A m \in Sent("Voted")       : I7Voted(m)
  /\ \A m \in Sent("Success")     : I7Success(m)

Inv1 == \A p \in Priests : I1(p)
Inv2 == \A p \in Priests : I2(p)
Inv3 == \A p \in Priests : I3(p)
Inv4 == \A p \in Priests : I4(p)
Inv5 == \A p \in Priests : I5(p)
Inv6 == I6
Inv7 == I7

I == Inv1 /\ Inv2 /\ Inv3 /\ Inv4 /\ Inv5 /\ Inv6 /\ Inv7

-----------------------------------------------------------------------------
(***************************************************************************)
(* Further claims.                                                         *)
(***************************************************************************)
Consistency ==
  \* No two ledgers hold different outcomes.
  \A p, q \in Priests :
    (outcome[p] # Blank /\ outcome[q] # Blank) => outcome[p] = outcome[q]

InvB1 == B1(ballots)
InvB2 == B2(ballots)
InvB3 == B3(ballots)

InvTheorem1 ==
  \* The conclusion of Theorem 1, whether or not B1 to B3 hold.
  SameDecree(ballots)

Claims ==
  \* All claims about states.  The configurations name only this one, so a claim
  \* that is added here is checked in every instance.
  TypeOK /\ I /\ InvB1 /\ InvB2 /\ InvB3 /\ InvTheorem1 /\ Consistency

LedgersNeverGoBack ==
  \* Numbers in a ledger never decrease, and the outcome is written once.
  [][\A p \in Priests :
       /\ lastTried'[p] >= lastTried[p]
       /\ prevBal'[p] >= prevBal[p]
       /\ nextBal'[p] >= nextBal[p]
       /\ outcome[p] # Blank => outcome'[p] = outcome[p]]_vars

THEOREM Spec => [](TypeOK /\ Consistency) /\ LedgersNeverGoBack

-----------------------------------------------------------------------------
(***************************************************************************)
(* Refinement.  The preliminary protocol sends a message in the step that  *)
(* leads to it; here the message is sent in a later step.  So a number     *)
(* counts as tried when its NextBallot is sent, and the messages of a      *)
(* ballot, a vote and an outcome count as sent as soon as the ballot, vote *)
(* or outcome exists.                                                      *)
(***************************************************************************)
Tried == {m.bal : m \in Sent("NextBallot")}

SentAbove ==
       Sent("NextBallot") \cup Sent("LastVote")
  \cup {BeginBallot(C.bal, C.dec, C.qrm) : C \in ballots}
  \cup {Voted(v.bal, v.pst) : v \in Votes(ballots)}
  \cup {Success(outcome[p]) : p \in {q \in Priests : outcome[q] # Blank}}

Above == INSTANCE Preliminary WITH tried <- Tried, messages <- SentAbove

RefinesPreliminary == Above!Spec

THEOREM Spec => RefinesPreliminary
\* As A.1 stands, this and I6 are theorems for two ballots, and not for three.
=============================================================================
