------------------------------ MODULE Complete ------------------------------
(***************************************************************************)
(* The complete synod protocol (section 2.4 of "The Part-Time Parliament"),*)
(* at the grain of a program that carries it out: one HANDLER is one step. *)
(*                                                                         *)
(* In the basic protocol every action of A.1 is a step of its own and may  *)
(* be taken at any time.  Here a priest takes one INPUT - a message that   *)
(* has come, or a timer that has run out - and does at once everything that*)
(* follows from it: what he can do himself of steps 2 to 6, and step 1 if  *)
(* he is president.  What he writes to himself he receives before the input*)
(* is done.                                                                *)
(*                                                                         *)
(* So a handler is a function: of a priest's ledger, slip, office and      *)
(* timers, to new ones and to a SEQUENCE OF OUTPUTS, which are             *)
(*                                                                         *)
(*    Record   from here on the ledger on disk is this one;                *)
(*    Send     this message leaves, for that priest;                       *)
(*    Did      an action of A.1 has taken place (nobody sees that: it is   *)
(*             there to say what the outputs mean in section 2.3).         *)
(*                                                                         *)
(* A step carries all of them out, in their order.  Or the priest crashes  *)
(* after some of the records and sends but not all; or while he does       *)
(* nothing.  He comes back with the ledger that is on disk, and a blank    *)
(* slip.                                                                   *)
(*                                                                         *)
(* What is abstracted from:                                                *)
(*                                                                         *)
(*  - Time.  A timer that is set may run out whenever it likes.  What      *)
(*    bounds a run are the ballot numbers there are.                       *)
(*                                                                         *)
(*  - Loss, delay, duplication, reordering.  Messages sent form a set      *)
(*    that never shrinks; each may be received at any time, often, or      *)
(*    never.                                                               *)
(*                                                                         *)
(*  - Telling the others that one is present.  That is said again and      *)
(*    again, and changes nothing in who says it.  So it is taken as said   *)
(*    from the start - that he is present and does not know the outcome -  *)
(*    and, once the outcome is in his ledger, that he knows it: a message  *)
(*    that may be lost may as well be there too early.  The timer that     *)
(*    makes him say it is always set, and its running out is no step.      *)
(*                                                                         *)
(*  - Who wants what.  Each priest wants one decree passed.  He is asked   *)
(*    for it as soon as he begins, and when he comes back from a crash.    *)
(***************************************************************************)
EXTENDS Mathematics, Sequences

CONSTANTS
  Wanted,      \* Wanted[p] is the decree that p wants passed
  Presidents,  \* the priests who may come to consider themselves president
  Crashes      \* how many crashes there may be in a run

ASSUME
  /\ Wanted \in [Priests -> Decrees]
  /\ Presidents \subseteq Priests
  /\ Crashes \in Nat

-----------------------------------------------------------------------------
(***************************************************************************)
(*                                THE STATE                                *)
(***************************************************************************)
VARIABLES
  ledger,       \* ledger[p]: what p keeps through a crash
  slip,         \* slip[p]: what he does not keep
  proposal,     \* proposal[p]: what he wants passed, or Blank
  isPresident,  \* isPresident[p]: whether he considers himself president
  timers,       \* timers[p]: which of his timers are set
  sent,         \* what has left, with sender and addressee
  crashesLeft,  \* how many crashes may still happen
  \* History: what it all means in the basic protocol.
  ballots,      \* the ballots that have begun, with all votes
  messages,     \* the messages of A.1 that were sent, also to oneself
  \* History: how it came about.
  crashedBeforeSending
                \* whether a crash fell right between a Record and a Send

vars == <<ledger, slip, proposal, isPresident, timers, sent, crashesLeft,
          ballots, messages, crashedBeforeSending>>

EmptyLedger ==
  \* The ledger of who has done nothing.
  [outcome   |-> Blank,
   lastTried |-> MinusInfinity,
   prevBal   |-> MinusInfinity,
   prevDec   |-> Blank,
   nextBal   |-> MinusInfinity]

BlankSlip ==
  \* A slip on which nothing is written: no ballot of his is under way.
  [status    |-> "idle",
   prevVotes |-> {},
   quorum    |-> {},
   voters    |-> {},
   decree    |-> Blank]

FirstTimers ==
  \* What is set when a priest begins, for the first time or again: he has met
  \* nobody yet.
  {"Presence", "Absence"}

WantedBy(p, l) ==
  \* Who knows the outcome wants nothing more.
  IF l.outcome = Blank THEN Wanted[p] ELSE Blank

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
(*                           A PRIEST AT HIS DESK                          *)
(*                                                                         *)
(* A desk is what a handler works on: everything of the priest, what he    *)
(* has put out so far, and what he has written to himself and not yet      *)
(* received.  Script B and script M lie on it too, because actions change  *)
(* them.                                                                   *)
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

Record(desk, l) ==
  \* From here on the ledger is l, on the desk and on disk.
  Put([desk EXCEPT !.ledger = l], [type |-> "Record", ledger |-> l])

Send(desk, q, m) ==
  Put(desk, [type |-> "Send",
             envelope |-> [from |-> desk.me, to |-> q, message |-> m]])

Did(desk) ==
  \* An action of A.1 has taken place: this is how things stand after it.
  Put(desk, [type     |-> "Did",
             priest   |-> desk.me,
             ledger   |-> desk.ledger,
             slip     |-> desk.slip,
             ballots  |-> desk.ballots,
             messages |-> desk.messages])

SetTimer(desk, t) == [desk EXCEPT !.timers = @ \cup {t}]
CancelTimer(desk, t) == [desk EXCEPT !.timers = @ \ {t}]

Maximum(S) == CHOOSE i \in S : \A j \in S : j <= i
Minimum(S) == CHOOSE i \in S : \A j \in S : i <= j

RECURSIVE SendEach(_, _, _)
SendEach(desk, Q, m) ==
  \* The same message to each priest of Q, in the order of their names.
  IF Q = {} THEN desk
  ELSE LET q == Minimum(Q)
       IN  SendEach(Send(desk, q, m), Q \ {q}, m)

SendTo(desk, Q, m) ==
  \* A Send action of A.1, to each priest of Q.  It takes place with the first
  \* message that leaves; if there is none but to himself, at once.
  LET me     == desk.me
      others == Q \ {me}
      first  == Minimum(others)
      told   == [desk EXCEPT
                   !.messages = @ \cup {m},
                   !.toSelf   = IF me \in Q THEN Append(@, m) ELSE @]
  IN  IF others = {}
        THEN Did(told)
        ELSE SendEach(Did(Send(told, first, m)), others \ {first}, m)

-----------------------------------------------------------------------------
(***************************************************************************)
(*        THE ACTIONS OF A.1, EACH WITH WHAT FOLLOWS FROM IT AT ONCE       *)
(*                                                                         *)
(* Each is a function from desks to desks.  Where the action is not        *)
(* enabled, the desk stays as it is.                                       *)
(***************************************************************************)

NumberAfter(p, b) ==
  \* The smallest number of p's own that is larger than b.
  CHOOSE c \in (b + 1)..(b + Cardinality(Priests)) : Owner(c) = p

TryNewBallot(desk, told) ==
  \* Step 1.  Try New Ballot, with a number larger than every nextBal he knows
  \* of, his own and one that he was told; and Send NextBallot, to everybody.
  LET l     == desk.ledger
      b     == NumberAfter(desk.me, Maximum({l.lastTried, l.nextBal, told}))
      tried == [Record(desk, [l EXCEPT !.lastTried = b])
                  EXCEPT !.slip = [BlankSlip EXCEPT !.status = "trying"]]
  IN  SendTo(Did(tried), Priests, [type |-> "NextBallot", bal |-> b])

SendLastVote(desk, q, b) ==
  \* Send LastVote, to q: his last vote, unless that was in ballot b itself.
  LET l == desk.ledger
      v == [pst |-> desk.me, bal |-> l.prevBal, dec |-> l.prevDec]
  IN  IF b > l.prevBal
        THEN SendTo(desk, {q}, [type |-> "LastVote", bal |-> b, vote |-> v])
        ELSE desk

Refuse(desk, q) ==
  \* Section 2.4: who asks for a ballot below nextBal is told what nextBal is,
  \* so that he can try a larger number.  Oneself one need not tell.
  IF q = desk.me
    THEN desk
    ELSE Send(desk, q, [type |-> "Refused", bal |-> desk.ledger.nextBal])

ReceiveNextBallot(desk, q, b) ==
  \* Step 2.  Receive NextBallot(b), from q.
  LET l == desk.ledger
  IN  IF b < l.nextBal THEN Refuse(desk, q)
      ELSE IF b = l.nextBal THEN SendLastVote(desk, q, b)
      ELSE SendLastVote(Did(Record(desk, [l EXCEPT !.nextBal = b])), q, b)

StartPolling(desk) ==
  \* Step 3.  Start Polling Q, as soon as those who have answered are a
  \* majority set Q: all of them.  The decree is that of the largest vote in
  \* prevVotes, which are the votes of Q; if that is null, what he wants
  \* passed.  And Send BeginBallot, to everybody of Q.
  LET s      == desk.slip
      b      == desk.ledger.lastTried
      Q      == {v.pst : v \in s.prevVotes}
      last   == CHOOSE v \in Largest(s.prevVotes) : TRUE
      d      == IF last.bal = MinusInfinity THEN desk.proposal ELSE last.dec
      begins == s.status = "trying" /\ Q \in Majorities /\ d # Blank
      begun  == [desk EXCEPT
                   !.slip = [s EXCEPT !.status = "polling",
                                      !.quorum = Q,
                                      !.decree = d],
                   !.ballots = @ \cup
                     {[bal |-> b, dec |-> d, qrm |-> Q, vot |-> {}]}]
      m      == [type |-> "BeginBallot", bal |-> b, dec |-> d, qrm |-> Q]
  IN  IF begins THEN SendTo(Did(begun), Q, m) ELSE desk

ReceiveLastVote(desk, b, v) ==
  \* Receive LastVote(b, v).
  IF b = desk.ledger.lastTried /\ desk.slip.status = "trying"
    THEN StartPolling(Did([desk EXCEPT !.slip.prevVotes = @ \cup {v}]))
    ELSE desk

WithVote(B, p, b, d, Q) ==
  \* p is among those who voted in the ballot of B that is about this.
  {IF C.bal = b /\ C.dec = d /\ C.qrm = Q
     THEN [C EXCEPT !.vot = @ \cup {p}]
     ELSE C : C \in B}

ReceiveBeginBallot(desk, q, b, d, Q) ==
  \* Step 4.  Receive BeginBallot(b, d), from q: vote, if b = nextBal and he
  \* has not yet; and Send Voted, though he may have sent it before.
  LET me    == desk.me
      l     == desk.ledger
      cast  == Record(desk, [l EXCEPT !.prevBal = b, !.prevDec = d])
      voted == Did([cast EXCEPT !.ballots = WithVote(@, me, b, d, Q)])
      m     == [type |-> "Voted", bal |-> b, pst |-> me]
  IN  IF me \notin Q THEN desk
      ELSE IF b < l.nextBal THEN Refuse(desk, q)
      ELSE IF b > l.nextBal THEN desk
      ELSE IF b > l.prevBal THEN SendTo(voted, {q}, m)
      ELSE SendTo(desk, {q}, m)

SendSuccess(desk, Q) ==
  \* Send Success, to each priest of Q.
  SendTo(desk, Q, [type |-> "Success", dec |-> desk.ledger.outcome])

WriteOutcome(desk, d) ==
  \* Writes the outcome down.
  Did(Record(desk, [desk.ledger EXCEPT !.outcome = d]))

Succeed(desk) ==
  \* Step 5.  Succeed, as soon as everybody of the quorum has voted; and Send
  \* Success, to everybody else.
  LET s == desk.slip
  IN  IF s.quorum \subseteq s.voters /\ desk.ledger.outcome = Blank
        THEN SendSuccess(WriteOutcome(desk, s.decree), Priests \ {desk.me})
        ELSE desk

ReceiveVoted(desk, b, q) ==
  \* Receive Voted(b, q).
  IF b = desk.ledger.lastTried /\ desk.slip.status = "polling"
    THEN Succeed(Did([desk EXCEPT !.slip.voters = @ \cup {q}]))
    ELSE desk

ReceiveSuccess(desk, d) ==
  \* Step 6.  Receive Success(d).
  IF desk.ledger.outcome = Blank THEN WriteOutcome(desk, d) ELSE desk

ReceiveOfA1(desk, q, m) ==
  \* Receives a message of A.1, from q.
  CASE m.type = "NextBallot"  -> ReceiveNextBallot(desk, q, m.bal)
    [] m.type = "LastVote"    -> ReceiveLastVote(desk, m.bal, m.vote)
    [] m.type = "BeginBallot" ->
         ReceiveBeginBallot(desk, q, m.bal, m.dec, m.qrm)
    [] m.type = "Voted"       -> ReceiveVoted(desk, m.bal, m.pst)
    [] m.type = "Success"     -> ReceiveSuccess(desk, m.dec)

RECURSIVE ReceiveOwn(_)
ReceiveOwn(desk) ==
  \* Receives what he has written to himself, until there is no more of it.
  IF desk.toSelf = << >> THEN desk
  ELSE LET m == Head(desk.toSelf)
       IN  ReceiveOwn(
             ReceiveOfA1([desk EXCEPT !.toSelf = Tail(@)], desk.me, m))

-----------------------------------------------------------------------------
(***************************************************************************)
(*                        SECTION 2.4: THE PRESIDENT                       *)
(***************************************************************************)

BeginRound(desk, told) ==
  \* The president begins a ballot, and gives it the time of a round.
  SetTimer(TryNewBallot(desk, told), "Round")

BeginRoundUnlessPassed(desk) ==
  IF desk.ledger.outcome = Blank THEN BeginRound(desk, MinusInfinity) ELSE desk

BecomePresident(desk) ==
  \* He has heard of nobody with a higher name for time T.
  BeginRoundUnlessPassed([desk EXCEPT !.isPresident = TRUE])

TryAgain(desk) ==
  \* His ballot has not come to its end in the time that a round needs.
  IF desk.isPresident THEN BeginRoundUnlessPassed(desk) ELSE desk

ReceiveRefused(desk, b) ==
  \* He learns that somebody's nextBal is b.
  IF /\ desk.isPresident
     /\ desk.ledger.lastTried < b
     /\ desk.ledger.outcome = Blank
    THEN BeginRound(desk, b)
    ELSE desk

HearOf(desk, q) ==
  \* q is present.  If q's name is higher, then q is president, or will be.
  LET yields == IF desk.isPresident
                  THEN CancelTimer([desk EXCEPT !.isPresident = FALSE], "Round")
                  ELSE desk
  IN  IF q > desk.me THEN SetTimer(yields, "Absence") ELSE desk

Asks(m) ==
  \* Whether who sends m would be glad to know the outcome.
  \/ m.type \in {"NextBallot", "BeginBallot"}
  \/ m.type = "Present" /\ ~m.knowsOutcome

Receive(desk, q, m) ==
  \* A message has come from q.  Once the outcome is known, who asks for
  \* anything is told, and gets no other answer.
  LET heard == IF m.type = "Present" THEN HearOf(desk, q) ELSE desk
  IN  IF desk.ledger.outcome # Blank /\ Asks(m) THEN SendSuccess(heard, {q})
      ELSE CASE m.type = "Present" -> heard
             [] m.type = "Refused" -> ReceiveRefused(desk, m.bal)
             [] OTHER              -> ReceiveOfA1(desk, q, m)

TimeOut(desk, t) ==
  \* A timer has run out: it is set no longer, unless he sets it again.
  CASE t = "Absence" -> BecomePresident(CancelTimer(desk, t))
    [] t = "Round"   -> TryAgain(CancelTimer(desk, t))

-----------------------------------------------------------------------------
(***************************************************************************)
(*                                  STEPS                                  *)
(***************************************************************************)

PresentOf(q) ==
  \* What q says of himself, again and again.
  {[type |-> "Present", knowsOutcome |-> knows] :
     knows \in {FALSE} \cup {ledger[q].outcome # Blank}}

ReceivableBy(p) ==
  \* What p may receive.
  {[type |-> "Receive", from |-> e.from, message |-> e.message] :
     e \in {f \in sent : f.to = p}}
  \cup
  UNION {{[type |-> "Receive", from |-> q, message |-> m] :
            m \in PresentOf(q)} : q \in Priests \ {p}}

MayRunOut(p) ==
  \* The timers of p that may run out.
  {t \in timers[p] \ {"Presence"} : t = "Absence" => p \in Presidents}

Inputs(p) ==
  ReceivableBy(p) \cup {[type |-> "Timeout", timer |-> t] : t \in MayRunOut(p)}

After(p, input) ==
  \* The desk of p after an input, and after everything that follows.
  ReceiveOwn(IF input.type = "Receive"
               THEN Receive(DeskOf(p), input.from, input.message)
               ELSE TimeOut(DeskOf(p), input.timer))

IsPossible(desk) ==
  \* He has tried a number that there is.  Numbers are the bounds of a run.
  desk.ledger.lastTried \in Numbers \cup {MinusInfinity}

Envelopes(outputs) ==
  \* The messages that leave with these outputs.
  {outputs[i].envelope : i \in {j \in DOMAIN outputs :
                                  outputs[j].type = "Send"}}

CarryOut(p, desk) ==
  \* p has taken an input, and all outputs are carried out.
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

HandleInput(p, input) == CarryOut(p, After(p, input))

Handle(p) == \E input \in Inputs(p) : HandleInput(p, input)

ComeBack(p, l) ==
  \* Priest p is gone, and comes back with ledger l.
  /\ crashesLeft > 0
  /\ crashesLeft' = crashesLeft - 1
  /\ ledger' = [ledger EXCEPT ![p] = l]
  /\ slip' = [slip EXCEPT ![p] = BlankSlip]
  /\ proposal' = [proposal EXCEPT ![p] = WantedBy(p, l)]
  /\ isPresident' = [isPresident EXCEPT ![p] = FALSE]
  /\ timers' = [timers EXCEPT ![p] = FirstTimers]

Crash(p) ==
  \* p crashes while he does nothing.
  /\ ComeBack(p, ledger[p])
  /\ UNCHANGED <<sent, ballots, messages, crashedBeforeSending>>

IsEffect(output) ==
  \* What others, or the priest himself when he is back, can see.
  output.type \in {"Record", "Send"}

Cuts(outputs) ==
  \* Where a crash may cut a sequence of outputs off: before an effect that is
  \* not the first.
  {i \in DOMAIN outputs :
     IsEffect(outputs[i]) /\ \E j \in 1..(i - 1) : IsEffect(outputs[j])}

LastOf(outputs, P(_), other) ==
  \* The last of these outputs for which P is true, or else other.
  LET found == {i \in DOMAIN outputs : P(outputs[i])}
  IN  IF found = {} THEN other ELSE outputs[Maximum(found)]

CutOff(p, outputs, i) ==
  \* p crashes before the i-th output is carried out: he keeps exactly what was
  \* recorded, and what was sent is on its way.
  LET before == SubSeq(outputs, 1, i - 1)
      now     == [ledger |-> ledger[p], ballots |-> ballots,
                  messages |-> messages]
      kept    == LastOf(before, LAMBDA o : o.type = "Record", now)
      told    == LastOf(before, LAMBDA o : o.type = "Did", now)
      effect  == LastOf(before, IsEffect, now)
      between == effect.type = "Record" /\ outputs[i].type = "Send"
  IN  /\ ComeBack(p, kept.ledger)
      /\ sent' = sent \cup Envelopes(before)
      /\ ballots' = told.ballots
      /\ messages' = told.messages
      /\ crashedBeforeSending' = (crashedBeforeSending \/ between)

CrashDuring(p) ==
  \* p crashes while he handles an input.
  /\ crashesLeft > 0
  /\ \E input \in Inputs(p) :
       LET desk == After(p, input)
       IN  /\ IsPossible(desk)
           /\ \E i \in Cuts(desk.outputs) : CutOff(p, desk.outputs, i)

Next == \E p \in Priests : Handle(p) \/ CrashDuring(p) \/ Crash(p)

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------
(***************************************************************************)
(*                          WHAT IS CLAIMED OF IT                          *)
(***************************************************************************)
LedgerType == [outcome   : Decrees \cup {Blank},
               lastTried : Numbers \cup {MinusInfinity},
               prevBal   : Numbers \cup {MinusInfinity},
               prevDec   : Decrees \cup {Blank},
               nextBal   : Numbers \cup {MinusInfinity}]

TypeOK ==
  /\ ledger \in [Priests -> LedgerType]
  /\ \A p \in Priests :
       /\ slip[p].status \in {"idle", "trying", "polling"}
       /\ slip[p].prevVotes \subseteq Vote
       /\ slip[p].quorum \subseteq Priests
       /\ slip[p].voters \subseteq Priests
       /\ slip[p].decree \in Decrees \cup {Blank}
       /\ proposal[p] \in {Wanted[p], Blank}
       /\ timers[p] \in SUBSET {"Presence", "Absence", "Round"}
       /\ "Presence" \in timers[p]
  /\ isPresident \in [Priests -> BOOLEAN]
  /\ \A e \in sent : e.from \in Priests /\ e.to \in Priests \ {e.from}
  /\ crashesLeft \in 0..Crashes
  /\ crashedBeforeSending \in BOOLEAN

Validity ==
  \* Only a decree that somebody wanted is ever passed.
  \A p \in Priests :
    ledger[p].outcome \in {Wanted[q] : q \in Priests} \cup {Blank}

SentIsOfA1 ==
  \* What has left is a message of A.1, or a refusal, which A.1 does not know.
  \A e \in sent : e.message.type = "Refused" \/ e.message \in messages

RoundsArePresidents ==
  \* The time of a round runs for a president only.
  \A p \in Priests : "Round" \in timers[p] => isPresident[p]

(***************************************************************************)
(* The ledgers and slips are those of the basic protocol, in which         *)
(* priests may lose their slips.  So what is claimed there can be claimed  *)
(* here: that is the state after each handler.                             *)
(***************************************************************************)
Above == INSTANCE Basic WITH
  Forgetful <- TRUE,
  outcome   <- [p \in Priests |-> ledger[p].outcome],
  lastTried <- [p \in Priests |-> ledger[p].lastTried],
  prevBal   <- [p \in Priests |-> ledger[p].prevBal],
  prevDec   <- [p \in Priests |-> ledger[p].prevDec],
  nextBal   <- [p \in Priests |-> ledger[p].nextBal],
  status    <- [p \in Priests |-> slip[p].status],
  prevVotes <- [p \in Priests |-> slip[p].prevVotes],
  quorum    <- [p \in Priests |-> slip[p].quorum],
  voters    <- [p \in Priests |-> slip[p].voters],
  decree    <- [p \in Priests |-> slip[p].decree]

Consistency == Above!Consistency
InvBasic    == Above!Claims

LedgersNeverGoBack == Above!LedgersNeverGoBack

(***************************************************************************)
(* I6 is among them, for any number of ballots, which A.1 as it stands     *)
(* does not keep (see StartPolling in Basic): here the quorum is           *)
(* everybody whose vote is read.                                           *)
(***************************************************************************)
THEOREM Spec => [](TypeOK /\ Validity /\ Consistency /\ Above!I)
THEOREM Spec => LedgersNeverGoBack

(***************************************************************************)
(* That the protocol refines Basic cannot be said so shortly: a step here  *)
(* is several there.  See CompleteSteps.                                   *)
(***************************************************************************)
=============================================================================
