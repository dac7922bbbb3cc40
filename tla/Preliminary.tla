---------------------------- MODULE Preliminary ----------------------------
(***************************************************************************)
(* Section 2.2: the preliminary protocol.  A priest remembers every number *)
(* he chose, every vote he cast and every LastVote he sent.  So his memory *)
(* needs no variables of its own: the numbers are in tried, the votes in   *)
(* ballots, and the LastVotes, which are promises, in messages.            *)
(*                                                                         *)
(* Each of the six steps of 2.2 is one step here, including the messages   *)
(* that it sends.  The set messages never shrinks: a message may be        *)
(* received late, several times or never.  A step that would change        *)
(* nothing is not enabled.                                                 *)
(***************************************************************************)
EXTENDS Mathematics

VARIABLES
  outcome,     \* for each priest, the decree in his ledger, or Blank
  tried,       \* the ballot numbers that were chosen
  ballots,     \* the ballots that have begun, with all votes
  messages     \* the messages that were sent

vars == <<outcome, tried, ballots, messages>>

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

Send(m) == messages' = messages \cup {m}

Init ==
  /\ outcome  = [p \in Priests |-> Blank]
  /\ tried    = {}
  /\ ballots  = {}
  /\ messages = {}

-----------------------------------------------------------------------------
(***************************************************************************)
(* The six steps.                                                          *)
(***************************************************************************)
Step1(p) ==
  \* p chooses a new number of his own, and sends NextBallot.
  \E b \in Numbers \ tried :
    /\ Owner(b) = p
    /\ tried' = tried \cup {b}
    /\ Send(NextBallot(b))
    /\ UNCHANGED <<outcome, ballots>>

Step2(q) ==
  \* q answers with his largest vote below b.  Thereby he promises not to vote
  \* in any ballot between that vote and b, so the answer remains true.
  \E m \in Sent("NextBallot") :
    LET answer == LastVote(m.bal, MaxVoteOf(m.bal, q, ballots))
    IN  /\ answer \notin messages
        /\ Send(answer)
        /\ UNCHANGED <<outcome, tried, ballots>>

Answers(b, Q) ==
  \* The votes that priests of Q have reported to the owner of b.
  {m.vote : m \in {n \in Sent("LastVote") : n.bal = b /\ n.vote.pst \in Q}}

Step3(p) ==
  \* A majority set has answered p: he begins the ballot with this set as the
  \* quorum and a decree that satisfies B3, at most once for each number.
  \E b \in tried, Q \in Majorities :
    /\ Owner(b) = p
    /\ \A C \in ballots : C.bal # b
    /\ \A q \in Q : \E v \in Answers(b, Q) : v.pst = q
    /\ \E d \in Allowed(Answers(b, Q)) :
         /\ ballots' = ballots \cup
                         {[bal |-> b, dec |-> d, qrm |-> Q, vot |-> {}]}
         /\ Send(BeginBallot(b, d, Q))
    /\ UNCHANGED <<outcome, tried>>

MayVote(q, b) ==
  \* No LastVote that q has sent forbids him to vote in ballot b.
  \A m \in Sent("LastVote") :
    m.vote.pst = q => ~(m.vote.bal < b /\ b < m.bal)

Step4(q) ==
  \* q is asked to vote.  He votes once, unless he has promised not to.
  \E m \in Sent("BeginBallot") :
    /\ q \in m.qrm
    /\ MayVote(q, m.bal)
    /\ \E C \in ballots :
         /\ C.bal = m.bal
         /\ q \notin C.vot
         /\ ballots' = (ballots \ {C}) \cup {[C EXCEPT !.vot = @ \cup {q}]}
    /\ Send(Voted(m.bal, q))
    /\ UNCHANGED <<outcome, tried>>

WriteOutcome(p, d) ==
  \* The outcome is written once.
  /\ outcome[p] = Blank
  /\ outcome' = [outcome EXCEPT ![p] = d]

Step5(p) ==
  \* The whole quorum has voted: p writes the decree down and tells all others.
  \E C \in ballots :
    /\ Owner(C.bal) = p
    /\ \A q \in C.qrm : Voted(C.bal, q) \in messages
    /\ WriteOutcome(p, C.dec)
    /\ Send(Success(C.dec))
    /\ UNCHANGED <<tried, ballots>>

Step6(p) ==
  \* p is told of the outcome.
  \E m \in Sent("Success") :
    /\ WriteOutcome(p, m.dec)
    /\ UNCHANGED <<tried, ballots, messages>>

Next ==
  \E p \in Priests :
    Step1(p) \/ Step2(p) \/ Step3(p) \/ Step4(p) \/ Step5(p) \/ Step6(p)

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------
(***************************************************************************)
(* The claims.                                                             *)
(***************************************************************************)
TypeOK ==
  /\ outcome \in [Priests -> Decrees \cup {Blank}]
  /\ tried \subseteq Numbers
  /\ ballots \subseteq Ballot
  /\ messages \subseteq Message

InvConditions ==
  \* B1, B2 and B3, and quorums are majority sets.
  /\ Conditions(ballots)
  /\ \A C \in ballots : C.qrm \in Majorities

InvPromises ==
  \* The vote in a LastVote is still the largest one: the promise was kept.
  \A m \in Sent("LastVote") :
    m.vote = MaxVoteOf(m.bal, m.vote.pst, ballots)

InvVotes ==
  \* The Voted messages that were sent are the votes that were cast.
  {[bal |-> m.bal, pst |-> m.pst] : m \in Sent("Voted")}
    = {[bal |-> v.bal, pst |-> v.pst] : v \in Votes(ballots)}

Consistency ==
  \* No two ledgers hold different outcomes.
  \A p, q \in Priests :
    (outcome[p] # Blank /\ outcome[q] # Blank) => outcome[p] = outcome[q]

THEOREM Spec => [](TypeOK /\ InvConditions /\ InvPromises /\ Consistency)

(***************************************************************************)
(* Without the messages, each step is one of Ballots: step 3 begins a      *)
(* ballot, step 4 adds a vote, and the others change no ballot.            *)
(***************************************************************************)
Above == INSTANCE Ballots

RefinesBallots == Above!Spec

THEOREM Spec => RefinesBallots
=============================================================================
