----------------------------- MODULE Legislator -----------------------------
(***************************************************************************)
(* A legislator of the parliament of many decrees (section 3.1 of "The     *)
(* Part-Time Parliament"), at the grain of the program that ships: one     *)
(* HANDLER takes one input and does at once everything that follows.       *)
(*                                                                         *)
(* As in Complete, a handler is a function from a DESK to a desk.  There   *)
(* are no variables in this module; Parliament has them, and the network.  *)
(* The outputs of a handler are                                            *)
(*                                                                         *)
(*    Record   from now on the ledger on disk is this one;                 *)
(*    Send     this message is sent to that legislator;                    *)
(*    Did      an action of A.1 has taken place, in the instances of one   *)
(*             decree number or of many.                                   *)
(*                                                                         *)
(* One ballot number and one nextBal are for all decree numbers.  A new    *)
(* president asks once for all numbers above n, those that he knows.  He   *)
(* proposes at each number what B3 demands there, or else the olive day    *)
(* (a no-op) where a larger number is taken, or else a request.  Votes are *)
(* cast in ascending order of decree numbers.                              *)
(*                                                                         *)
(* What is left out, and why it makes no difference to the instances:      *)
(*                                                                         *)
(*  - Other variants of section 3.1: votes in any order, and Voted to      *)
(*    everybody.  They do not ship.                                        *)
(*                                                                         *)
(*  - Snapshots (3.3.2), and legislators who have lost their ledgers       *)
(*    (3.3.5).  No instance takes a snapshot or loses a ledger.            *)
(*                                                                         *)
(*  - LastVotes in parts, and limits on the size of decrees.  Each decree  *)
(*    has size 1, and a message has room for one of each number.           *)
(*                                                                         *)
(*  - The horizon beyond which numbers are not believed.  It is far above  *)
(*    the numbers of the instances.                                        *)
(*                                                                         *)
(*  - The law, and the answers to clients.  The law is the decrees up to   *)
(*    the first gap of the ledger (Through), so it is no state of its own; *)
(*    an answer goes to a client and changes nothing.                      *)
(***************************************************************************)
EXTENDS Mathematics, Sequences

CONSTANTS
  LastNumber,  \* the decree numbers are 1..LastNumber
  InFlight,    \* how far beyond his law a president begins ballots
  Batch,       \* how many decrees are sent at a time
  Waiting      \* how many requests may wait

OliveDay == "the olive day"   \* the decree without consequence, for gaps

Requests == Decrees \ {OliveDay}

ASSUME
  /\ OliveDay \in Decrees
  /\ \A limit \in {LastNumber, InFlight, Batch} : limit \in Nat \ {0}
  /\ Waiting \in Nat

DecreeNumbers == 1..LastNumber

Maximum(S) == CHOOSE i \in S : \A j \in S : j <= i
Minimum(S) == CHOOSE i \in S : \A j \in S : i <= j

-----------------------------------------------------------------------------
(***************************************************************************)
(*                            LEDGERS AND SLIPS                            *)
(*                                                                         *)
(* A ledger has the votes [num, bal, dec] at numbers whose outcome is not  *)
(* known, and the decrees [num, dec] that are known.  What is known of a   *)
(* number replaces the vote there.                                         *)
(***************************************************************************)
EmptyLedger ==
  [lastTried |-> MinusInfinity,
   nextBal   |-> MinusInfinity,
   votes     |-> {},
   decrees   |-> {}]

BlankSlip ==
  [status      |-> "idle",     \* "idle", "trying" or "presiding"
   answers     |-> {},         \* trying: who has answered, with his votes
   quorum      |-> {},         \* presiding: the same in all ballots
   polls       |-> {},         \* the decrees voted on, with their voters
   bound       |-> {},         \* the decrees that B3 demands, not begun yet
   lastBound   |-> 0,          \* the largest number with a vote in answers
   next        |-> 0,          \* the number of his next proposal
   isSucceeded |-> FALSE]      \* whether another decree passed in a poll

FirstTimers == {"Presence", "Absence"}

Numbered(S) == {e.num : e \in S}

At(S, n) == CHOOSE e \in S : e.num = n

Without(S, n) == {e \in S : e.num # n}

First(S, k) ==
  \* The k elements of S with the smallest numbers, or all of them.
  {e \in S : Cardinality({f \in S : f.num < e.num}) < k}

Knows(l, n) == n \in Numbered(l.decrees)

Through(l) ==
  \* The law has the decrees 1 to Through(l): those before the first gap.
  Minimum({n \in 0..Cardinality(l.decrees) : ~Knows(l, n + 1)})

LastKnown(l) == Maximum(Numbered(l.decrees) \cup {0})

GrantedAt(l, d) ==
  \* The numbers at which the law grants the request d.
  {n \in 1..Through(l) : At(l.decrees, n).dec = d}

IsLaw(l, d) == GrantedAt(l, d) # {}

Missing(l, n) ==
  \* The first numbers up to n that he does not know.
  Numbered(First({[num |-> m] : m \in {k \in (Through(l) + 1)..n : ~Knows(l, k)}},
                 Batch))

-----------------------------------------------------------------------------
(***************************************************************************)
(*                    THE PAPER'S STATE OF EACH NUMBER                     *)
(*                                                                         *)
(* paper[n] has the variables of Basic for decree number n.  No legislator *)
(* reads it: every action that a handler reports is carried out in it, and *)
(* ParliamentSteps claims that it is a step of Basic.  The actions have    *)
(* the names of A.1, as in the proof target parliament.                    *)
(***************************************************************************)
PaperInit ==
  [outcome   |-> [p \in Priests |-> Blank],
   lastTried |-> [p \in Priests |-> MinusInfinity],
   prevBal   |-> [p \in Priests |-> MinusInfinity],
   prevDec   |-> [p \in Priests |-> Blank],
   nextBal   |-> [p \in Priests |-> MinusInfinity],
   status    |-> [p \in Priests |-> "idle"],
   prevVotes |-> [p \in Priests |-> {}],
   quorum    |-> [p \in Priests |-> {}],
   voters    |-> [p \in Priests |-> {}],
   decree    |-> [p \in Priests |-> Blank],
   ballots   |-> {},
   messages  |-> {}]

PaperVoid(s, p, status) ==
  [s EXCEPT !.status[p] = status, !.prevVotes[p] = {}, !.quorum[p] = {},
            !.voters[p] = {}, !.decree[p] = Blank]

PaperSend(s, m) == [s EXCEPT !.messages = @ \cup {m}]

PaperTryNewBallot(s, p, b) ==
  PaperVoid([s EXCEPT !.lastTried[p] = b], p, "trying")

PaperSendNextBallot(s, p) ==
  PaperSend(s, [type |-> "NextBallot", bal |-> s.lastTried[p]])

PaperReceiveNextBallot(s, p, b) == [s EXCEPT !.nextBal[p] = b]

PaperSendLastVote(s, p) ==
  LET v == [pst |-> p, bal |-> s.prevBal[p], dec |-> s.prevDec[p]]
  IN  PaperSend(s, [type |-> "LastVote", bal |-> s.nextBal[p], vote |-> v])

PaperReceiveLastVote(s, p, v) == [s EXCEPT !.prevVotes[p] = @ \cup {v}]

PaperStartPolling(s, p, Q, d) ==
  [s EXCEPT !.status[p] = "polling", !.quorum[p] = Q, !.voters[p] = {},
            !.decree[p] = d,
            !.ballots = @ \cup {[bal |-> s.lastTried[p], dec |-> d, qrm |-> Q,
                                 vot |-> {}]}]

PaperSendBeginBallot(s, p) ==
  PaperSend(s, [type |-> "BeginBallot", bal |-> s.lastTried[p],
                dec |-> s.decree[p], qrm |-> s.quorum[p]])

PaperReceiveBeginBallot(s, p, b, d, Q) ==
  [s EXCEPT !.prevBal[p] = b, !.prevDec[p] = d,
            !.ballots = {IF C.bal = b /\ C.dec = d /\ C.qrm = Q
                           THEN [C EXCEPT !.vot = @ \cup {p}]
                           ELSE C : C \in @}]

PaperSendVoted(s, p) ==
  PaperSend(s, [type |-> "Voted", bal |-> s.prevBal[p], pst |-> p])

PaperReceiveVoted(s, p, q) == [s EXCEPT !.voters[p] = @ \cup {q}]

PaperSucceed(s, p) == [s EXCEPT !.outcome[p] = s.decree[p]]

PaperSendSuccess(s, p) ==
  PaperSend(s, [type |-> "Success", dec |-> s.outcome[p]])

PaperReceiveSuccess(s, p, d) == [s EXCEPT !.outcome[p] = d]

PaperLoseSlip(s, p) == PaperVoid(s, p, "idle")

-----------------------------------------------------------------------------
(***************************************************************************)
(*                          THE DESK AND OUTPUTS                           *)
(*                                                                         *)
(* A desk has the fields me, ledger, slip, isPresident, waiting, timers;   *)
(* the history paper, late and isOutside; outputs; and toSelf, the         *)
(* messages to himself that he has not received.                           *)
(***************************************************************************)
Put(desk, output) == [desk EXCEPT !.outputs = Append(@, output)]

Record(desk, l) ==
  Put([desk EXCEPT !.ledger = l], [type |-> "Record", ledger |-> l])

Send(desk, q, m) ==
  Put(desk, [type |-> "Send",
             envelope |-> [from |-> desk.me, to |-> q, message |-> m]])

Did(desk) ==
  Put(desk, [type |-> "Did", paper |-> desk.paper, late |-> desk.late,
             isOutside |-> desk.isOutside])

DidAt(desk, N, F(_)) ==
  \* An action of A.1, whose effect is F, in the instances of the numbers N.  Of
  \* numbers that the run does not have, only that they occur is noted.
  Did([desk EXCEPT
         !.paper = [n \in DecreeNumbers |->
                      IF n \in N THEN F(desk.paper[n]) ELSE desk.paper[n]],
         !.isOutside = @ \/ ~(N \subseteq DecreeNumbers)])

SetTimer(desk, t) == [desk EXCEPT !.timers = @ \cup {t}]
CancelTimer(desk, t) == [desk EXCEPT !.timers = @ \ {t}]

RECURSIVE SendEach(_, _, _)
SendEach(desk, Q, m) ==
  \* The same message to each legislator of Q, in the order of their names.
  IF Q = {} THEN desk
  ELSE LET q == Minimum(Q)
       IN  SendEach(Send(desk, q, m), Q \ {q}, m)

Act(desk, Q, m, N, F(_)) ==
  \* A Send action of A.1.  It takes place when the first message to another
  \* legislator is sent; if there is none, at once.
  LET me     == desk.me
      others == Q \ {me}
      first  == Minimum(others)
      told   == [desk EXCEPT !.toSelf = IF me \in Q THEN Append(@, m) ELSE @]
  IN  IF others = {}
        THEN DidAt(told, N, F)
        ELSE SendEach(DidAt(Send(told, first, m), N, F), others \ {first}, m)

-----------------------------------------------------------------------------
(***************************************************************************)
(*              PASSING DECREES: STEPS 3 TO 6, FOR EACH NUMBER             *)
(***************************************************************************)
IsUnderWay(desk, d) ==
  \* Whether a decree beyond the law grants the request d: one that is known, or
  \* being voted on, or bound to be proposed.
  LET l == desk.ledger
  IN  \/ \E e \in l.decrees : e.num > Through(l) /\ e.dec = d
      \/ \E e \in desk.slip.polls \cup desk.slip.bound : e.dec = d

RECURSIVE NewWaiting(_, _)
NewWaiting(desk, waiting) ==
  \* What waits, from the first request on that is still new.
  IF waiting = << >> \/ (/\ ~IsLaw(desk.ledger, Head(waiting))
                         /\ ~IsUnderWay(desk, Head(waiting)))
    THEN waiting
    ELSE NewWaiting(desk, Tail(waiting))

NextNumber(desk) ==
  \* The next number, from slip.next on, whose outcome he does not know.
  LET from == desk.slip.next
      last == from + Cardinality(desk.ledger.decrees)
  IN  Minimum({n \in from..last : ~Knows(desk.ledger, n)})

RequestPassed(s) ==
  \* Whether a request (not the olive day) has been passed.
  \E C \in s.ballots : Successful(C) /\ C.dec # OliveDay

IsLate(desk, n, d) ==
  \* Whether d is proposed at n for the first time after a request has been passed
  \* at a larger number.
  /\ n \in DecreeNumbers
  /\ d # OliveDay
  /\ \A C \in desk.paper[n].ballots : C.dec # d
  /\ \E m \in DecreeNumbers : m > n /\ RequestPassed(desk.paper[m])

StartPolling(desk, n, d) ==
  \* Start Polling, and Send BeginBallot to every legislator of the quorum.
  \* Success for the numbers up to the law rides on it.
  LET p     == desk.me
      Q     == desk.slip.quorum
      noted == IF IsLate(desk, n, d)
                 THEN [desk EXCEPT !.late[n] = @ \cup {d}] ELSE desk
      polls == [noted EXCEPT
                  !.slip.polls = @ \cup {[num |-> n, dec |-> d, voters |-> {}]}]
      begun == DidAt(polls, {n}, LAMBDA s : PaperStartPolling(s, p, Q, d))
      m     == [type |-> "BeginBallot", bal |-> desk.ledger.lastTried,
                num |-> n, dec |-> d, qrm |-> Q,
                passed |-> Through(desk.ledger)]
  IN  Act(begun, Q, m, {n}, LAMBDA s : PaperSendBeginBallot(s, p))

RECURSIVE BeginBallots(_)
BeginBallots(desk) ==
  \* Begins as many ballots as may be in flight: on the decrees that bind him, on
  \* the olive day in the gaps below them, then on requests.
  LET n       == NextNumber(desk)
      here    == [desk EXCEPT !.slip.next = n]
      after   == [desk EXCEPT !.slip.next = n + 1]
      bound   == {e \in desk.slip.bound : e.num = n}
      waiting == NewWaiting(desk, desk.waiting)
      taken   == Maximum({LastKnown(desk.ledger), desk.slip.lastBound})
  IN  IF desk.slip.status # "presiding" \/ desk.slip.isSucceeded THEN desk
      ELSE IF n - Through(desk.ledger) > InFlight THEN here
      ELSE IF bound # {}
        THEN BeginBallots(StartPolling(
               [after EXCEPT !.slip.bound = @ \ bound],
               n, At(bound, n).dec))
      ELSE IF n < taken THEN BeginBallots(StartPolling(after, n, OliveDay))
      ELSE IF waiting = << >> THEN [here EXCEPT !.waiting = << >>]
      ELSE BeginBallots(StartPolling(
             [after EXCEPT !.waiting = Tail(waiting)], n, Head(waiting)))

TimeTheRound(desk) ==
  \* The timer of the round runs while a decree is being voted on.
  LET s == desk.slip
  IN  IF s.status = "presiding" /\ s.polls = {} /\ ~s.isSucceeded
        THEN CancelTimer(desk, "Round")
      ELSE IF desk.isPresident THEN SetTimer(desk, "Round")
      ELSE desk

GoOn(desk) ==
  \* Fewer decrees may be in flight now.
  IF desk.slip.status = "presiding" THEN TimeTheRound(BeginBallots(desk))
  ELSE desk

WriteOutcome(desk, n, d, F(_)) ==
  \* Writes an outcome down, by the action of A.1 with effect F.  If another decree
  \* was polled there, this president has been succeeded.
  LET l     == desk.ledger
      polls == {e \in desk.slip.polls : e.num = n}
      left  == [desk EXCEPT
                  !.slip.polls = @ \ polls,
                  !.slip.isSucceeded = @ \/ \E e \in polls : e.dec # d,
                  !.slip.bound = Without(@, n)]
      known == [l EXCEPT !.votes = Without(@, n),
                         !.decrees = @ \cup {[num |-> n, dec |-> d]}]
  IN  DidAt(Record(left, known), {n}, F)

Learn(desk, n, d) ==
  \* Receive Success: writes an outcome that another legislator has told.
  LET p == desk.me
  IN  IF Knows(desk.ledger, n) THEN desk
      ELSE GoOn(WriteOutcome(desk, n, d,
                             LAMBDA s : PaperReceiveSuccess(s, p, d)))

RECURSIVE LearnEach(_, _)
LearnEach(desk, S) ==
  IF S = {} THEN desk
  ELSE LET n == Minimum(Numbered(S))
       IN  LearnEach(Learn(desk, n, At(S, n).dec), Without(S, n))

SendSuccess(desk, q, n, d) ==
  \* Send Success, to q.
  LET p == desk.me
  IN  Act(desk, {q}, [type |-> "Success", num |-> n, dec |-> d], {n},
          LAMBDA s : PaperSendSuccess(s, p))

RECURSIVE SendSuccesses(_, _, _)
SendSuccesses(desk, q, S) ==
  IF S = {} THEN desk
  ELSE LET n == Minimum(Numbered(S))
       IN  SendSuccesses(SendSuccess(desk, q, n, At(S, n).dec), q,
                         Without(S, n))

SendMissing(desk, q, N) ==
  \* Send Success for the numbers that q lacks, as many as a batch has.
  IF q = desk.me THEN desk
  ELSE SendSuccesses(desk, q,
                     First({e \in desk.ledger.decrees : e.num \in N}, Batch))

BringUpToDate(desk, q, n) ==
  \* Send Success for the decrees after n.
  SendSuccesses(desk, q, First({e \in desk.ledger.decrees : e.num > n}, Batch))

Refuse(desk, q) ==
  \* Section 2.4: q is told nextBal, so that he can try a larger number.
  IF q = desk.me THEN desk
  ELSE Send(desk, q, [type |-> "Refused", bal |-> desk.ledger.nextBal])

VotesAt(l, n) == {v \in l.votes : v.num = n}

HasVoted(l, b, n) == \E v \in VotesAt(l, n) : v.bal = b

MayVote(l, b, n, settled) ==
  \* For every lower number that is not settled, down to one at which he has voted
  \* in this ballot, he knows the outcome.
  \A k \in (settled + 1)..(n - 1) :
    (\A j \in k..(n - 1) : ~HasVoted(l, b, j)) => Knows(l, k)

SendVoted(desk, q, b, n) ==
  LET p == desk.me
      m == [type |-> "Voted", bal |-> b, num |-> n, pst |-> p]
  IN  Act(desk, {q}, m, {n}, LAMBDA s : PaperSendVoted(s, p))

Cast(desk, q, b, n, d, Q) ==
  \* Step 4.  He votes, unless he has, and Send Voted.
  LET p    == desk.me
      l    == desk.ledger
      vote == [num |-> n, bal |-> b, dec |-> d]
      cast == Record(desk, [l EXCEPT !.votes = Without(@, n) \cup {vote}])
      did  == DidAt(cast, {n}, LAMBDA s : PaperReceiveBeginBallot(s, p, b, d, Q))
  IN  SendVoted(IF HasVoted(l, b, n) THEN desk ELSE did, q, b, n)

ReceivePassed(desk, b, n) ==
  \* The Success that rides on a BeginBallot: it is about those decrees up to n for
  \* which he has voted in this very ballot.
  LearnEach(desk, {v \in desk.ledger.votes : v.num <= n /\ v.bal = b})

ReceiveBeginBallot(desk, q, m) ==
  LET l       == desk.ledger
      settled == Maximum({Through(l), m.passed})
  IN  IF desk.me \notin m.qrm THEN desk
      ELSE IF m.bal < l.nextBal THEN Refuse(desk, q)
      ELSE IF m.bal > l.nextBal THEN desk
      ELSE IF Knows(l, m.num) THEN SendMissing(desk, q, {m.num})
      ELSE IF ~MayVote(l, m.bal, m.num, settled) THEN desk
      ELSE Cast(desk, q, m.bal, m.num, m.dec, m.qrm)

Succeed(desk, n) ==
  \* Step 5.  Succeed, if the whole quorum has voted; and Send Success, to all
  \* others, except where it rides on a BeginBallot that leaves now.
  LET p        == desk.me
      Q        == desk.slip.quorum
      poll     == At(desk.slip.polls, n)
      written  == WriteOutcome(desk, n, poll.dec, LAMBDA s : PaperSucceed(s, p))
      sends    == DidAt(written, {n}, LAMBDA s : PaperSendSuccess(s, p))
      goesOn   == BeginBallots(sends)
      hasBegun == goesOn.slip.polls # sends.slip.polls
      rides    == hasBegun /\ n <= Through(goesOn.ledger)
      others   == (Priests \ {p}) \ (IF rides THEN Q ELSE {})
      m        == [type |-> "Success", num |-> n, dec |-> poll.dec]
  IN  IF Q \subseteq poll.voters
        THEN TimeTheRound(SendEach(goesOn, others, m))
        ELSE desk

ReceiveVoted(desk, m) ==
  LET p     == desk.me
      polls == {e \in desk.slip.polls : e.num = m.num}
      voted == {[e EXCEPT !.voters = @ \cup {m.pst}] : e \in polls}
      noted == [desk EXCEPT !.slip.polls = (@ \ polls) \cup voted]
      did   == DidAt(noted, {m.num}, LAMBDA s : PaperReceiveVoted(s, p, m.pst))
  IN  IF m.bal # desk.ledger.lastTried \/ polls = {} THEN desk
      ELSE Succeed(did, m.num)

-----------------------------------------------------------------------------
(***************************************************************************)
(*        ELECTING A PRESIDENT: STEPS 1 AND 2, ONCE FOR ALL NUMBERS        *)
(***************************************************************************)
NumberAfter(p, b) ==
  \* The smallest number of p's own that is larger than b.
  CHOOSE c \in (b + 1)..(b + Cardinality(Priests)) : Owner(c) = p

NextBallotOf(desk, b) ==
  [type |-> "NextBallot", bal |-> b, known |-> Through(desk.ledger)]

RECURSIVE PolledRequests(_)
PolledRequests(polls) ==
  \* The requests in these polls, in the order of their numbers.
  IF polls = {} THEN << >>
  ELSE LET n == Minimum({e.num : e \in polls})
           d == At(polls, n).dec
       IN  (IF d = OliveDay THEN << >> ELSE << d >>)
             \o PolledRequests({e \in polls : e.num # n})

TryNewBallot(desk, told) ==
  \* Step 1.  Try New Ballot, with a number larger than all that he knows of; and
  \* Send NextBallot, to every legislator.  The requests on which he was polling
  \* wait again, before all others.
  LET p     == desk.me
      l     == desk.ledger
      b     == NumberAfter(p, Maximum({l.lastTried, l.nextBal, told}))
      tried == [Record(desk, [l EXCEPT !.lastTried = b])
                  EXCEPT !.slip = [BlankSlip EXCEPT !.status = "trying"],
                         !.waiting = PolledRequests(desk.slip.polls) \o @,
                         !.isOutside = @ \/ b \notin Numbers]
      did   == DidAt(tried, DecreeNumbers, LAMBDA s : PaperTryNewBallot(s, p, b))
  IN  Act(did, Priests, NextBallotOf(did, b), DecreeNumbers,
          LAMBDA s : PaperSendNextBallot(s, p))

IsFarBehind(desk, n) ==
  \* Whether a legislator who knows the decrees up to n lacks more than a batch.
  n + Batch < Through(desk.ledger)

RECURSIVE DidSuccesses(_, _)
DidSuccesses(desk, N) ==
  \* A LastVote that tells of a decree is a Success, too.
  IF N = {} THEN desk
  ELSE LET p == desk.me
           n == Minimum(N)
       IN  DidSuccesses(DidAt(desk, {n}, LAMBDA s : PaperSendSuccess(s, p)),
                        N \ {n})

SendLastVote(desk, q, b, n) ==
  \* Send LastVote, to q, for all numbers above n: of each the decree, if it is
  \* known, or else the vote, if there is one.
  LET p      == desk.me
      l      == desk.ledger
      passed == {e \in l.decrees : e.num > n}
      above  == {k \in DecreeNumbers : k > n /\ ~Knows(l, k)}
      m      == [type |-> "LastVote", bal |-> b, above |-> n,
                 passed |-> passed,
                 votes |-> {v \in l.votes : v.num > n},
                 missing |-> Missing(l, n)]
  IN  Act(DidSuccesses(desk, Numbered(passed)), {q}, m, above,
          LAMBDA s : PaperSendLastVote(s, p))

ReceiveNextBallot(desk, q, m) ==
  \* Step 2.  He promises, and Send LastVote; or he refuses; or, to a legislator
  \* who is too far behind, he sends decrees.
  LET p        == desk.me
      l        == desk.ledger
      promised == DidAt(Record(desk, [l EXCEPT !.nextBal = m.bal]),
                        DecreeNumbers, LAMBDA s : PaperReceiveNextBallot(s, p, m.bal))
  IN  IF m.bal < l.nextBal THEN Refuse(desk, q)
      ELSE IF m.bal = l.nextBal THEN desk
      ELSE IF IsFarBehind(desk, m.known) THEN BringUpToDate(desk, q, m.known)
      ELSE SendLastVote(promised, q, m.bal, m.known)

LargestVote(V) ==
  \* The largest of these votes; of several, that of the last legislator.
  CHOOSE v \in V : \A w \in V : \/ w.bal < v.bal
                                \/ w.bal = v.bal /\ w.pst <= v.pst

Preside(desk) ==
  \* As soon as those who answered are a majority set, he knows what he must
  \* propose: at each number the decree of the largest vote there, if any.
  LET s     == desk.slip
      l     == desk.ledger
      Q     == {a.pst : a \in s.answers}
      votes == UNION {{[pst |-> a.pst, num |-> v.num, bal |-> v.bal,
                        dec |-> v.dec] : v \in a.votes} : a \in s.answers}
      bound == {[num |-> n, dec |-> LargestVote({v \in votes : v.num = n}).dec] :
                  n \in {k \in Numbered(votes) : ~Knows(l, k)}}
      chair == [BlankSlip EXCEPT !.status = "presiding",
                                 !.quorum = Q,
                                 !.bound = bound,
                                 !.lastBound = Maximum(Numbered(bound) \cup {0}),
                                 !.next = Through(l) + 1]
  IN  IF s.status = "trying" /\ Q \in Majorities
        THEN TimeTheRound(BeginBallots([desk EXCEPT !.slip = chair]))
        ELSE desk

VoteOf(q, n, V) ==
  \* The vote of q at n, in the form of A.1.
  IF n \in Numbered(V)
    THEN [pst |-> q, bal |-> At(V, n).bal, dec |-> At(V, n).dec]
    ELSE Null(q)

DidReceiveLastVote(desk, q, m) ==
  \* Receive LastVote, at the numbers that it is about: one step at each of them.
  LET p     == desk.me
      about == {n \in DecreeNumbers : n > m.above} \ Numbered(m.passed)
  IN  Did([desk EXCEPT
             !.paper = [n \in DecreeNumbers |->
                          IF n \in about
                            THEN PaperReceiveLastVote(desk.paper[n], p,
                                                      VoteOf(q, n, m.votes))
                            ELSE desk.paper[n]]])

ReceiveLastVote(desk, q, m) ==
  \* Decrees that were passed go to the ledger, and votes join the answers.  The
  \* sender is sent the decrees that he lacks.
  LET learnt == LearnEach(SendMissing(desk, q, m.missing), m.passed)
      did    == DidReceiveLastVote(learnt, q, m)
      kept   == {a \in learnt.slip.answers : a.pst # q}
  IN  IF m.bal # desk.ledger.lastTried THEN desk
      ELSE IF \/ learnt.slip.status # "trying"
              \/ m.above > Through(learnt.ledger) THEN learnt
      ELSE Preside([did EXCEPT !.slip.answers =
                      kept \cup {[pst |-> q, votes |-> m.votes]}])

-----------------------------------------------------------------------------
(***************************************************************************)
(*                     SECTION 2.4: WHO IS PRESIDENT                       *)
(***************************************************************************)
BeginRound(desk, told) == SetTimer(TryNewBallot(desk, told), "Round")

BecomePresident(desk) ==
  BeginRound([desk EXCEPT !.isPresident = TRUE], MinusInfinity)

TryAgain(desk) ==
  IF desk.isPresident THEN BeginRound(desk, MinusInfinity) ELSE desk

ReceiveRefused(desk, b) ==
  IF desk.isPresident /\ desk.ledger.lastTried < b
    THEN BeginRound(desk, b)
    ELSE desk

GiveWay(desk) ==
  \* Another one is president, or will be.  What waits is declined.
  LET yields == IF desk.isPresident
                  THEN CancelTimer([desk EXCEPT !.isPresident = FALSE,
                                                !.waiting = << >>], "Round")
                  ELSE desk
  IN  SetTimer(yields, "Absence")

AskAgain(desk, q, nextBal) ==
  \* Send NextBallot again, to a legislator who has not promised.
  IF desk.slip.status = "presiding" /\ nextBal < desk.ledger.lastTried
    THEN Send(desk, q, NextBallotOf(desk, desk.ledger.lastTried))
    ELSE desk

ComparePromises(desk, q, nextBal) ==
  IF desk.ledger.lastTried < nextBal
    THEN ReceiveRefused(desk, nextBal)
    ELSE AskAgain(desk, q, nextBal)

ReceivePresent(desk, q, m) ==
  \* The highest name presides, except legislators who are too far behind.
  LET isOutranked == \/ m.known > Through(desk.ledger) + Batch
                     \/ q > desk.me /\ ~IsFarBehind(desk, m.known)
      heard       == IF isOutranked THEN GiveWay(desk) ELSE desk
      told        == IF isOutranked \/ heard.isPresident
                       THEN BringUpToDate(heard, q, m.known) ELSE heard
  IN  IF told.isPresident THEN ComparePromises(told, q, m.nextBal) ELSE told

-----------------------------------------------------------------------------
(***************************************************************************)
(*                                REQUESTS                                 *)
(***************************************************************************)
Holds(desk, d) ==
  \* Whether d waits.
  \E i \in DOMAIN desk.waiting : desk.waiting[i] = d

IsIdle(desk) == desk.slip.status = "presiding" /\ desk.slip.polls = {}

TakenOn(desk, d) ==
  \* The president's desk with the request d in his queue, before it is seen
  \* whether too many wait.
  LET queued == [desk EXCEPT !.waiting = Append(@, d)]
      begun  == BeginBallots(queued)
      has    == begun.slip.polls # queued.slip.polls
  IN  IF IsIdle(desk) /\ has THEN TimeTheRound(begun) ELSE begun

TooMany(desk) == Len(desk.waiting) > Waiting

TakeOn(desk, d) ==
  LET taken == TakenOn(desk, d)
  IN  IF IsUnderWay(desk, d) \/ Holds(desk, d) THEN desk
      ELSE IF TooMany(taken)
        THEN [taken EXCEPT !.waiting = SubSeq(@, 1, Len(@) - 1)]
        ELSE taken

IsDeclined(desk, d) ==
  \* Whether a president declines d, because too many wait.
  /\ ~IsUnderWay(desk, d)
  /\ ~Holds(desk, d)
  /\ TooMany(TakenOn(desk, d))

Propose(desk, d) ==
  \* A client asks for d.  A legislator who does not preside forwards the request to
  \* the owner of his nextBal, and does not keep it.
  LET b         == desk.ledger.nextBal
      president == Owner(b)
  IN  IF IsLaw(desk.ledger, d) THEN desk
      ELSE IF desk.isPresident THEN TakeOn(desk, d)
      ELSE IF b # MinusInfinity /\ president # desk.me
        THEN Send(desk, president, [type |-> "Forwarded", dec |-> d])
      ELSE desk

Decline(desk, q, d, why) ==
  Send(desk, q, [type |-> "Declined", dec |-> d, why |-> why])

ReceiveForwarded(desk, q, d) ==
  IF IsLaw(desk.ledger, d)
    THEN SendMissing(desk, q, {Minimum(GrantedAt(desk.ledger, d))})
  ELSE IF ~desk.isPresident THEN Decline(desk, q, d, "NoPresident")
  ELSE IF IsDeclined(desk, d)
    THEN Decline(TakeOn(desk, d), q, d, "Full")
  ELSE TakeOn(desk, d)

-----------------------------------------------------------------------------
(***************************************************************************)
(*                                 INPUTS                                  *)
(***************************************************************************)
Receive(desk, q, m) ==
  CASE m.type = "NextBallot"  -> ReceiveNextBallot(desk, q, m)
    [] m.type = "LastVote"    -> ReceiveLastVote(desk, q, m)
    [] m.type = "BeginBallot" ->
         ReceiveBeginBallot(ReceivePassed(desk, m.bal, m.passed), q, m)
    [] m.type = "Voted"       -> ReceiveVoted(desk, m)
    [] m.type = "Success"     -> Learn(desk, m.num, m.dec)
    [] m.type = "Refused"     -> ReceiveRefused(desk, m.bal)
    [] m.type = "Present"     -> ReceivePresent(desk, q, m)
    [] m.type = "Forwarded"   -> ReceiveForwarded(desk, q, m.dec)
    [] m.type = "Declined"    -> desk

TimeOut(desk, t) ==
  \* A timer has expired: it is no longer set, unless he sets it again.
  CASE t = "Absence" -> BecomePresident(CancelTimer(desk, t))
    [] t = "Round"   -> TryAgain(CancelTimer(desk, t))

RECURSIVE ReceiveOwn(_)
ReceiveOwn(desk) ==
  \* Receives his messages to himself, until there is none.
  IF desk.toSelf = << >> THEN desk
  ELSE LET m == Head(desk.toSelf)
       IN  ReceiveOwn(Receive([desk EXCEPT !.toSelf = Tail(@)], desk.me, m))

Handle(desk, input) ==
  \* The desk after an input and everything that follows from it.
  ReceiveOwn(
    CASE input.type = "Receive" -> Receive(desk, input.from, input.message)
      [] input.type = "Timeout" -> TimeOut(desk, input.timer)
      [] input.type = "Propose" -> Propose(desk, input.request))
=============================================================================
