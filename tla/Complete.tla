------------------------------ MODULE Complete ------------------------------
(***************************************************************************)
(* The complete synod protocol (section 2.4 of "The Part-Time Parliament"), *)
(* at the grain of a program that carries it out: a HANDLER IS ONE STEP.    *)
(*                                                                          *)
(* In the basic protocol every action of A.1 is a step of its own and may   *)
(* be taken at any time.  Here a priest takes one INPUT - a message that    *)
(* has come, or a timer that has run out - and does at once everything that *)
(* follows from it: what he can do himself of steps 2 to 6, and step 1 if   *)
(* he is president.  What he writes to himself he receives before the input *)
(* is done.                                                                 *)
(*                                                                          *)
(* So a handler is a function: of a priest's ledger, slip, office and       *)
(* timers, to new ones and to a SEQUENCE OF OUTPUTS, which are              *)
(*                                                                          *)
(*    Record   from here on the ledger on disk is this one;                 *)
(*    Send     this message leaves, for that priest;                        *)
(*    Did      an action of A.1 has taken place (nobody sees that: it is    *)
(*             there to say what the outputs mean in section 2.3).          *)
(*                                                                          *)
(* A step carries all of them out, in their order.  Or the priest crashes   *)
(* after some of the records and sends but not all; or while he does        *)
(* nothing.  He comes back with the ledger that is on disk, and a blank     *)
(* slip.                                                                    *)
(*                                                                          *)
(* What is abstracted from:                                                 *)
(*                                                                          *)
(*  - Time.  A timer that is set may run out whenever it likes.  What       *)
(*    bounds a run are the ballot numbers there are.                        *)
(*                                                                          *)
(*  - Loss, delay, duplication, reordering.  Messages sent form a set that  *)
(*    never shrinks; each may be received at any time, often, or never.     *)
(*                                                                          *)
(*  - Telling the others that one is present.  That is said again and       *)
(*    again, and changes nothing in who says it.  So it is taken as said    *)
(*    from the start - that he is present and does not know the outcome -   *)
(*    and, once the outcome is in his ledger, that he knows it: a message   *)
(*    that may be lost may as well be there too early.  The timer that      *)
(*    makes him say it is always set, and its running out is no step.       *)
(*                                                                          *)
(*  - Who wants what.  Each priest wants one decree passed.  He is asked    *)
(*    for it as soon as he begins, and when he comes back from a crash.     *)
(***************************************************************************)
EXTENDS Integers, FiniteSets, Sequences

CONSTANTS
  N,           \* How many priests there are.
  Decrees,     \* What they may pass.
  Wanted,      \* Wanted[p] is the decree that p wants passed.
  Presidents,  \* The priests who may come to consider themselves president.
  Numbers,     \* The ballot numbers there are.  A step that needs a number
               \* which is not among them is not taken.
  Crashes      \* How many crashes there may be in a run.

Priests == 1..N

NoNumber == -1                        \* Minus infinity.
BLANK == "BLANK"                      \* No decree.

Owner(b) == (b % N) + 1               \* Whose ballot number b is.

IsMajority(Q) == 2 * Cardinality(Q) > N

ASSUME /\ N \in Nat \ {0}
       /\ BLANK \notin Decrees
       /\ Wanted \in [Priests -> Decrees]
       /\ Presidents \subseteq Priests
       /\ Numbers \subseteq Nat
       /\ Crashes \in Nat

-----------------------------------------------------------------------------
(***************************************************************************)
(*                             THE STATE                                    *)
(***************************************************************************)
VARIABLES
  ledger,       \* ledger[p]: what p keeps through a crash.
  slip,         \* slip[p]: what he does not keep.
  proposal,     \* proposal[p]: what he wants passed, or BLANK.
  isPresident,  \* isPresident[p]: whether he considers himself president.
  timers,       \* timers[p]: which of his timers are set.
  sent,         \* Every message that has left, with its sender and addressee.
  crashesLeft,  \* Crashes that may still happen.
  (* History: what it all means in the basic protocol.                      *)
  ballots,      \* The paper's script B: the ballots that have begun.
  messages,     \* The paper's script M: the messages of A.1, for whomever,
                \* those to oneself among them.
  (* History: how it came about.                                            *)
  crashedBeforeSending  \* Whether some crash fell right between a Record
                        \* and a Send.

vars == <<ledger, slip, proposal, isPresident, timers, sent, crashesLeft,
          ballots, messages, crashedBeforeSending>>

(* The ledger of who has done nothing.                                      *)
EmptyLedger == [outcome   |-> BLANK,
                lastTried |-> NoNumber,
                prevBal   |-> NoNumber,
                prevDec   |-> BLANK,
                nextBal   |-> NoNumber]

(* A slip on which nothing is written: no ballot of his is under way.       *)
BlankSlip == [status    |-> "idle",
              prevVotes |-> {},
              quorum    |-> {},
              voters    |-> {},
              decree    |-> BLANK]

(* What is set when a priest begins, for the first time or again: he has    *)
(* met nobody yet.                                                          *)
FirstTimers == {"Presence", "Absence"}

(* Who knows the outcome wants nothing more.                                *)
WantedBy(p, l) == IF l.outcome = BLANK THEN Wanted[p] ELSE BLANK

Init ==
  /\ ledger = [p \in Priests |-> EmptyLedger]
  /\ slip = [p \in Priests |-> BlankSlip]
  /\ proposal = [p \in Priests |-> WantedBy(p, EmptyLedger)]
  /\ isPresident = [p \in Priests |-> FALSE]
  /\ timers = [p \in Priests |-> FirstTimers]
  /\ sent = {}
  /\ crashesLeft = Crashes
  /\ ballots = {}
  /\ messages = {}
  /\ crashedBeforeSending = FALSE

-----------------------------------------------------------------------------
(***************************************************************************)
(*                        A PRIEST AT HIS DESK                              *)
(*                                                                          *)
(* A desk is what a handler works on: everything of the priest, what he has *)
(* put out so far, and what he has written to himself and not yet received. *)
(* Script B and script M lie on it too, because actions change them.        *)
(***************************************************************************)
DeskOf(p) == [me          |-> p,
              ledger      |-> ledger[p],
              slip        |-> slip[p],
              proposal    |-> proposal[p],
              isPresident |-> isPresident[p],
              timers      |-> timers[p],
              ballots     |-> ballots,
              messages    |-> messages,
              outputs     |-> << >>,
              toSelf      |-> << >>]

Put(desk, output) == [desk EXCEPT !.outputs = Append(@, output)]

(* From here on the ledger is l, on the desk and on disk.                   *)
Record(desk, l) ==
  Put([desk EXCEPT !.ledger = l], [type |-> "Record", ledger |-> l])

Send(desk, q, m) ==
  Put(desk, [type |-> "Send",
             envelope |-> [from |-> desk.me, to |-> q, message |-> m]])

(* An action of A.1 has taken place: this is how things stand after it.     *)
Did(desk) ==
  Put(desk, [type     |-> "Did",
             ledger   |-> desk.ledger,
             slip     |-> desk.slip,
             ballots  |-> desk.ballots,
             messages |-> desk.messages])

SetTimer(desk, t) == [desk EXCEPT !.timers = @ \cup {t}]
CancelTimer(desk, t) == [desk EXCEPT !.timers = @ \ {t}]

(* The same message to each priest of Q, in the order of their names.       *)
RECURSIVE SendEach(_, _, _)
SendEach(desk, Q, m) ==
  IF Q = {} THEN desk
  ELSE LET q == CHOOSE r \in Q : \A other \in Q : r <= other
       IN  SendEach(Send(desk, q, m), Q \ {q}, m)

(* A Send action of A.1, to each priest of Q.  It takes place with the      *)
(* first message that leaves; if there is none but to himself, at once.     *)
SendTo(desk, Q, m) ==
  LET me     == desk.me
      others == Q \ {me}
      first  == CHOOSE q \in others : \A r \in others : q <= r
      told   == [desk EXCEPT
                   !.messages = @ \cup {m},
                   !.toSelf   = IF me \in Q THEN Append(@, m) ELSE @]
  IN  IF others = {}
        THEN Did(told)
        ELSE SendEach(Did(Send(told, first, m)), others \ {first}, m)

-----------------------------------------------------------------------------
(***************************************************************************)
(*        THE ACTIONS OF A.1, EACH WITH WHAT FOLLOWS FROM IT AT ONCE        *)
(*                                                                          *)
(* Each is a function from desks to desks.  Where the action is not         *)
(* enabled, the desk stays as it is.                                        *)
(***************************************************************************)

(* The smallest number of p's own that is larger than b.                    *)
NumberAfter(p, b) == CHOOSE c \in (b + 1)..(b + N) : Owner(c) = p

Largest(S) == CHOOSE b \in S : \A c \in S : c <= b

(* Step 1.  Try New Ballot, with a number larger than every nextBal he      *)
(* knows of, his own and one that he was told; and Send NextBallot, to      *)
(* everybody.                                                               *)
TryNewBallot(desk, told) ==
  LET l     == desk.ledger
      b     == NumberAfter(desk.me, Largest({l.lastTried, l.nextBal, told}))
      tried == [Record(desk, [l EXCEPT !.lastTried = b])
                  EXCEPT !.slip = [BlankSlip EXCEPT !.status = "trying"]]
  IN  SendTo(Did(tried), Priests, [type |-> "NextBallot", bal |-> b])

(* Send LastVote, to q: his last vote, unless that was in ballot b itself.  *)
SendLastVote(desk, q, b) ==
  LET l == desk.ledger
      v == [pst |-> desk.me, bal |-> l.prevBal, dec |-> l.prevDec]
  IN  IF b > l.prevBal
        THEN SendTo(desk, {q}, [type |-> "LastVote", bal |-> b, vote |-> v])
        ELSE desk

(* Section 2.4: who asks for a ballot below nextBal is told what nextBal    *)
(* is, so that he can try a larger number.  Oneself one need not tell.      *)
Refuse(desk, q) ==
  IF q = desk.me
    THEN desk
    ELSE Send(desk, q, [type |-> "Refused", bal |-> desk.ledger.nextBal])

(* Step 2.  Receive NextBallot(b), from q.                                  *)
ReceiveNextBallot(desk, q, b) ==
  LET l == desk.ledger
  IN  IF b < l.nextBal THEN Refuse(desk, q)
      ELSE IF b = l.nextBal THEN SendLastVote(desk, q, b)
      ELSE SendLastVote(Did(Record(desk, [l EXCEPT !.nextBal = b])), q, b)

(* Step 3.  Start Polling Q, as soon as those who have answered are a       *)
(* majority set Q: all of them.  The decree is that of the largest vote in  *)
(* prevVotes, which are the votes of Q; if that is null, what he wants      *)
(* passed.  And Send BeginBallot, to everybody of Q.                        *)
StartPolling(desk) ==
  LET s      == desk.slip
      b      == desk.ledger.lastTried
      Q      == {v.pst : v \in s.prevVotes}
      last   == CHOOSE v \in s.prevVotes :
                  \A u \in s.prevVotes : u.bal <= v.bal
      d      == IF last.bal = NoNumber THEN desk.proposal ELSE last.dec
      begins == s.status = "trying" /\ IsMajority(Q) /\ d # BLANK
      begun  == [desk EXCEPT
                   !.slip = [s EXCEPT !.status = "polling",
                                      !.quorum = Q,
                                      !.decree = d],
                   !.ballots = @ \cup
                     {[bal |-> b, dec |-> d, qrm |-> Q, vot |-> {}]}]
      m      == [type |-> "BeginBallot", bal |-> b, dec |-> d, qrm |-> Q]
  IN  IF begins THEN SendTo(Did(begun), Q, m) ELSE desk

(* Receive LastVote(b, v).                                                  *)
ReceiveLastVote(desk, b, v) ==
  IF b = desk.ledger.lastTried /\ desk.slip.status = "trying"
    THEN StartPolling(Did([desk EXCEPT !.slip.prevVotes = @ \cup {v}]))
    ELSE desk

(* p is among those who voted in ballot b on d.                             *)
WithVote(B, p, b, d) ==
  {IF ballot.bal = b /\ ballot.dec = d
     THEN [ballot EXCEPT !.vot = @ \cup {p}]
     ELSE ballot : ballot \in B}

(* Step 4.  Receive BeginBallot(b, d), from q: vote, if b = nextBal and he  *)
(* has not yet; and Send Voted, though he may have sent it before.          *)
ReceiveBeginBallot(desk, q, b, d, Q) ==
  LET me    == desk.me
      l     == desk.ledger
      cast  == Record(desk, [l EXCEPT !.prevBal = b, !.prevDec = d])
      voted == Did([cast EXCEPT !.ballots = WithVote(@, me, b, d)])
      m     == [type |-> "Voted", bal |-> b, pst |-> me]
  IN  IF me \notin Q THEN desk
      ELSE IF b < l.nextBal THEN Refuse(desk, q)
      ELSE IF b > l.nextBal THEN desk
      ELSE IF b > l.prevBal THEN SendTo(voted, {q}, m)
      ELSE SendTo(desk, {q}, m)

(* Send Success, to each priest of Q.                                       *)
SendSuccess(desk, Q) ==
  SendTo(desk, Q, [type |-> "Success", dec |-> desk.ledger.outcome])

(* Writes the outcome down.                                                 *)
WriteOutcome(desk, d) == Did(Record(desk, [desk.ledger EXCEPT !.outcome = d]))

(* Step 5.  Succeed, as soon as everybody of the quorum has voted; and Send *)
(* Success, to everybody else.                                              *)
Succeed(desk) ==
  LET s == desk.slip
  IN  IF s.quorum \subseteq s.voters /\ desk.ledger.outcome = BLANK
        THEN SendSuccess(WriteOutcome(desk, s.decree), Priests \ {desk.me})
        ELSE desk

(* Receive Voted(b, q).                                                     *)
ReceiveVoted(desk, b, q) ==
  IF b = desk.ledger.lastTried /\ desk.slip.status = "polling"
    THEN Succeed(Did([desk EXCEPT !.slip.voters = @ \cup {q}]))
    ELSE desk

(* Step 6.  Receive Success(d).                                             *)
ReceiveSuccess(desk, d) ==
  IF desk.ledger.outcome = BLANK THEN WriteOutcome(desk, d) ELSE desk

(* Receives a message of A.1, from q.                                       *)
ReceiveOfA1(desk, q, m) ==
  CASE m.type = "NextBallot"  -> ReceiveNextBallot(desk, q, m.bal)
    [] m.type = "LastVote"    -> ReceiveLastVote(desk, m.bal, m.vote)
    [] m.type = "BeginBallot" -> ReceiveBeginBallot(desk, q, m.bal, m.dec, m.qrm)
    [] m.type = "Voted"       -> ReceiveVoted(desk, m.bal, m.pst)
    [] m.type = "Success"     -> ReceiveSuccess(desk, m.dec)

(* Receives what he has written to himself, until there is no more of it.   *)
RECURSIVE ReceiveOwn(_)
ReceiveOwn(desk) ==
  IF desk.toSelf = << >> THEN desk
  ELSE LET m == Head(desk.toSelf)
       IN  ReceiveOwn(
             ReceiveOfA1([desk EXCEPT !.toSelf = Tail(@)], desk.me, m))

-----------------------------------------------------------------------------
(***************************************************************************)
(*                     SECTION 2.4: THE PRESIDENT                           *)
(***************************************************************************)

(* The president begins a ballot, and gives it the time of a round.         *)
BeginRound(desk, told) == SetTimer(TryNewBallot(desk, told), "Round")

BeginRoundUnlessPassed(desk) ==
  IF desk.ledger.outcome = BLANK THEN BeginRound(desk, NoNumber) ELSE desk

(* He has heard of nobody with a higher name for time T.                    *)
BecomePresident(desk) ==
  BeginRoundUnlessPassed([desk EXCEPT !.isPresident = TRUE])

(* His ballot has not come to its end in the time that a round needs.       *)
TryAgain(desk) ==
  IF desk.isPresident THEN BeginRoundUnlessPassed(desk) ELSE desk

(* He learns that somebody's nextBal is b.                                  *)
ReceiveRefused(desk, b) ==
  IF /\ desk.isPresident
     /\ desk.ledger.lastTried < b
     /\ desk.ledger.outcome = BLANK
    THEN BeginRound(desk, b)
    ELSE desk

(* q is present.  If q's name is higher, then q is president, or will be.   *)
HearOf(desk, q) ==
  LET yields == IF desk.isPresident
                  THEN CancelTimer([desk EXCEPT !.isPresident = FALSE], "Round")
                  ELSE desk
  IN  IF q > desk.me THEN SetTimer(yields, "Absence") ELSE desk

(* Whether who sends m would be glad to know the outcome.                   *)
Asks(m) == \/ m.type \in {"NextBallot", "BeginBallot"}
           \/ m.type = "Present" /\ ~m.knowsOutcome

(* A message has come from q.  Once the outcome is known, who asks for      *)
(* anything is told, and gets no other answer.                              *)
Receive(desk, q, m) ==
  LET heard == IF m.type = "Present" THEN HearOf(desk, q) ELSE desk
  IN  IF desk.ledger.outcome # BLANK /\ Asks(m) THEN SendSuccess(heard, {q})
      ELSE CASE m.type = "Present" -> heard
             [] m.type = "Refused" -> ReceiveRefused(desk, m.bal)
             [] OTHER              -> ReceiveOfA1(desk, q, m)

(* A timer has run out: it is set no longer, unless he sets it again.       *)
TimeOut(desk, t) ==
  CASE t = "Absence" -> BecomePresident(CancelTimer(desk, t))
    [] t = "Round"   -> TryAgain(CancelTimer(desk, t))

-----------------------------------------------------------------------------
(***************************************************************************)
(*                                STEPS                                     *)
(***************************************************************************)

(* What q says of himself, again and again.                                 *)
PresentOf(q) ==
  {[type |-> "Present", knowsOutcome |-> knows] :
     knows \in {FALSE} \cup {ledger[q].outcome # BLANK}}

(* What p may receive.                                                      *)
ReceivableBy(p) ==
  {[type |-> "Receive", from |-> e.from, message |-> e.message] :
     e \in {f \in sent : f.to = p}}
  \cup
  UNION {{[type |-> "Receive", from |-> q, message |-> m] :
            m \in PresentOf(q)} : q \in Priests \ {p}}

(* The timers of p that may run out.                                        *)
MayRunOut(p) ==
  {t \in timers[p] \ {"Presence"} : t = "Absence" => p \in Presidents}

Inputs(p) ==
  ReceivableBy(p) \cup {[type |-> "Timeout", timer |-> t] : t \in MayRunOut(p)}

(* The desk of p after an input, and after everything that follows.         *)
After(p, input) ==
  ReceiveOwn(IF input.type = "Receive"
               THEN Receive(DeskOf(p), input.from, input.message)
               ELSE TimeOut(DeskOf(p), input.timer))

IsPossible(desk) == desk.ledger.lastTried \in Numbers \cup {NoNumber}

(* The messages that leave with these outputs.                              *)
Envelopes(outputs) ==
  {outputs[i].envelope : i \in {j \in DOMAIN outputs :
                                  outputs[j].type = "Send"}}

(* p takes an input, and all outputs are carried out.                       *)
Carry(p, desk) ==
  /\ IsPossible(desk)
  /\ ledger' = [ledger EXCEPT ![p] = desk.ledger]
  /\ slip' = [slip EXCEPT ![p] = desk.slip]
  /\ proposal' = [proposal EXCEPT ![p] = desk.proposal]
  /\ isPresident' = [isPresident EXCEPT ![p] = desk.isPresident]
  /\ timers' = [timers EXCEPT ![p] = desk.timers]
  /\ sent' = sent \cup Envelopes(desk.outputs)
  /\ ballots' = desk.ballots
  /\ messages' = desk.messages
  /\ UNCHANGED <<crashesLeft, crashedBeforeSending>>

Handle(p, input) == Carry(p, After(p, input))

(* Priest p is gone, and comes back with ledger l.                          *)
ComeBack(p, l) ==
  /\ crashesLeft > 0
  /\ crashesLeft' = crashesLeft - 1
  /\ ledger' = [ledger EXCEPT ![p] = l]
  /\ slip' = [slip EXCEPT ![p] = BlankSlip]
  /\ proposal' = [proposal EXCEPT ![p] = WantedBy(p, l)]
  /\ isPresident' = [isPresident EXCEPT ![p] = FALSE]
  /\ timers' = [timers EXCEPT ![p] = FirstTimers]

(* p crashes while he does nothing.                                         *)
Crash(p) ==
  /\ ComeBack(p, ledger[p])
  /\ UNCHANGED <<sent, ballots, messages, crashedBeforeSending>>

(* What others, or the priest himself when he is back, can see.             *)
IsEffect(output) == output.type \in {"Record", "Send"}

(* Where a crash may cut a sequence of outputs off: before an effect that   *)
(* is not the first.                                                        *)
Cuts(outputs) ==
  {i \in DOMAIN outputs :
     IsEffect(outputs[i]) /\ \E j \in 1..(i - 1) : IsEffect(outputs[j])}

(* The last of these outputs for which P is true, or else other.            *)
LastOf(outputs, P(_), other) ==
  LET found == {i \in DOMAIN outputs : P(outputs[i])}
  IN  IF found = {} THEN other ELSE outputs[Largest(found)]

(* p crashes before the i-th output is carried out: he keeps exactly what   *)
(* was recorded, and what was sent is on its way.                           *)
CutOff(p, outputs, i) ==
  LET before == SubSeq(outputs, 1, i - 1)
      now    == [ledger |-> ledger[p], ballots |-> ballots,
                 messages |-> messages]
      kept   == LastOf(before, LAMBDA o : o.type = "Record", now)
      told   == LastOf(before, LAMBDA o : o.type = "Did", now)
      effect  == LastOf(before, IsEffect, now)
      between == effect.type = "Record" /\ outputs[i].type = "Send"
  IN  /\ ComeBack(p, kept.ledger)
      /\ sent' = sent \cup Envelopes(before)
      /\ ballots' = told.ballots
      /\ messages' = told.messages
      /\ crashedBeforeSending' = (crashedBeforeSending \/ between)

CrashDuring(p, input) ==
  /\ crashesLeft > 0
  /\ LET desk == After(p, input)
     IN  /\ IsPossible(desk)
         /\ \E i \in Cuts(desk.outputs) : CutOff(p, desk.outputs, i)

Next ==
  \E p \in Priests :
    \/ \E input \in Inputs(p) : Handle(p, input) \/ CrashDuring(p, input)
    \/ Crash(p)

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------
(***************************************************************************)
(*                       WHAT IS CLAIMED OF IT                              *)
(***************************************************************************)
Votes == [pst : Priests,
          bal : Numbers \cup {NoNumber},
          dec : Decrees \cup {BLANK}]

LedgerType == [outcome   : Decrees \cup {BLANK},
               lastTried : Numbers \cup {NoNumber},
               prevBal   : Numbers \cup {NoNumber},
               prevDec   : Decrees \cup {BLANK},
               nextBal   : Numbers \cup {NoNumber}]

TypeOK ==
  /\ ledger \in [Priests -> LedgerType]
  /\ \A p \in Priests :
       /\ slip[p].status \in {"idle", "trying", "polling"}
       /\ slip[p].prevVotes \subseteq Votes
       /\ slip[p].quorum \subseteq Priests
       /\ slip[p].voters \subseteq Priests
       /\ slip[p].decree \in Decrees \cup {BLANK}
       /\ proposal[p] \in {Wanted[p], BLANK}
       /\ timers[p] \in SUBSET {"Presence", "Absence", "Round"}
       /\ "Presence" \in timers[p]
  /\ isPresident \in [Priests -> BOOLEAN]
  /\ \A e \in sent : e.from \in Priests /\ e.to \in Priests \ {e.from}
  /\ crashesLeft \in 0..Crashes
  /\ crashedBeforeSending \in BOOLEAN

(* No two ledgers hold contradictory decrees.                               *)
Consistency ==
  \A p, q \in Priests :
    \/ ledger[p].outcome = BLANK
    \/ ledger[q].outcome = BLANK
    \/ ledger[p].outcome = ledger[q].outcome

(* Only a decree that somebody wanted is ever passed.                       *)
Validity ==
  \A p \in Priests :
    ledger[p].outcome \in {Wanted[q] : q \in Priests} \cup {BLANK}

(* What has left is in script M, but for refusals, of which A.1 knows       *)
(* nothing.                                                                 *)
WhatIsSentIsOfA1 ==
  \A e \in sent : e.message.type = "Refused" \/ e.message \in messages

(* The only ballots that are under way are those that their owners' ledgers *)
(* know of, and the round timer is a president's.                           *)
OnlyAPresidentHasARound ==
  \A p \in Priests : "Round" \in timers[p] => isPresident[p]

(* lastTried, prevBal and nextBal never decrease, and an outcome stays.     *)
LedgersNeverGoBack ==
  [][\A p \in Priests :
       /\ ledger[p].lastTried <= ledger'[p].lastTried
       /\ ledger[p].prevBal <= ledger'[p].prevBal
       /\ ledger[p].nextBal <= ledger'[p].nextBal
       /\ ledger[p].outcome \in {BLANK, ledger'[p].outcome}]_vars

THEOREM Spec => [](TypeOK /\ Consistency /\ Validity) /\ LedgersNeverGoBack
=============================================================================
