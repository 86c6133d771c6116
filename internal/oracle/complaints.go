package oracle

import (
	"slices"
)

// statutoryDays: D2: a user may go to the regulator when the operator 未在15日内答复.
const statutoryDays = 15

// complaintRows returns D2, D3, D4, D5 and D7 of a complaint.
func (f *Facts) complaintRows(s *subject) []Row {
	rows := f.answerLimitRows(s)
	rows = append(rows, f.callbackRows(s)...)
	rows = append(rows, f.repeatComplaint(s))
	return append(rows, f.firstOwnerRows(s)...)
}

// invalidComplaint returns why a complaint is none: as a case, or recoded (D1).
func (f *Facts) invalidComplaint(s *subject) string {
	if s.excluded != "" {
		return s.excluded
	}
	return f.complaintRow(s).Excluded
}

// answerLimitRows returns D2 and D2.statutory: "start = received by any channel", the answer is what the customer is told as
// the outcome: the first resolve.
func (f *Facts) answerLimitRows(s *subject) []Row {
	end := int64(0)
	if resolves := f.moments(s, types("resolve")); len(resolves) > 0 {
		end = resolves[0]
	}
	internal := owed{
		kpi: "D2", subject: s.id, customer: s.c["customer_id"], start: s.start, end: end, pauses: s.pauses,
		limit: f.caseLimit("complaint_answer", s), excluded: f.invalidComplaint(s),
	}
	statutory := internal
	statutory.kpi, statutory.pauses = "D2.statutory", nil
	statutory.limit = limit{set: true, days: statutoryDays, clock: "calendar"}
	return append(f.timely(internal), f.timely(statutory)...)
}

// callback is what became of calling a customer back.
type callback struct {
	resolved int64 // the resolve that it is about
	reached  int64 // 0: the customer was not reached
	result   string
	by       string
}

// callbackOf returns the callback of a subject. D3: "Callback answered 未解决 -> case reopens automatically; still N (the
// loop worked)": the resolve that it is about is the one before it.
func (f *Facts) callbackOf(s *subject) callback {
	cb := callback{result: s.c["callback_result"], by: s.c["callback_by"], resolved: s.standing}
	at := s.c.time("callback_at")
	if at < s.from || at >= s.until || cb.result == "" {
		at, cb.result = 0, ""
	}
	if cb.result == "unsolved" {
		cb.resolved = 0
		for _, t := range f.moments(s, types("resolve")) {
			if t <= at {
				cb.resolved = t
			}
		}
	}
	if at != 0 && cb.result != "unreached" {
		cb.reached = at
	}
	for _, e := range f.moments(s, types("callback_ok")) {
		if e >= cb.resolved && (cb.reached == 0 || e < cb.reached) {
			cb.reached = e
		}
	}
	return cb
}

// callbackRows returns D3, D3.attempted and D4.
func (f *Facts) callbackRows(s *subject) []Row {
	cb := f.callbackOf(s)
	excluded := f.invalidComplaint(s)
	var rows []Row
	if cb.resolved != 0 {
		end := cb.reached
		if end < cb.resolved {
			end = 0
		}
		l := f.caseLimit("callback", s)
		o := owed{kpi: "D3", subject: s.id, customer: s.c["customer_id"], start: cb.resolved, end: end, limit: l, excluded: excluded}
		rows = append(rows, f.timely(o)...)
		o.kpi = "D3.attempted"
		if tried := f.thirdTry(s, cb.resolved); tried != 0 && (o.end == 0 || tried < o.end) {
			o.end = tried
		}
		rows = append(rows, f.timely(o)...)
	}
	if at := s.c.time("callback_at"); cb.result != "" && at < f.AsOf {
		owner := at
		if cb.resolved != 0 && cb.resolved <= at {
			owner = cb.resolved
		}
		r := f.row("D4", s, dayOf(at), dayOf(owner))
		switch {
		case excluded != "":
			r.Excluded = excluded
		case cb.result == "unreached" || cb.result == "refused": // "refusals to rate are reached-but-unrated (excluded, counted)"
			r.Excluded = cb.result
		default:
			r.Den = 1
			if cb.result == "satisfied" {
				r.Num = 1
			}
		}
		rows = append(rows, r)
	}
	return rows
}

// thirdTry returns when the third of "three documented attempts on different half-days" was made.
func (f *Facts) thirdTry(s *subject, resolved int64) int64 {
	var halves []int64
	for _, at := range f.moments(s, types("callback_try", "callback_ok")) {
		half := at - at%(day/2)
		if at < resolved || slices.Contains(halves, half) {
			continue
		}
		if halves = append(halves, half); len(halves) == 3 {
			return at
		}
	}
	return 0
}

// repeatDays: D5: "a complaint in the previous 30 days".
const repeatDays = 30

// repeatComplaint returns D5: "complaints for which the same customer+category had a complaint in the previous 30 days (by
// created_at of the later one)"; "merged duplicates first removed".
func (f *Facts) repeatComplaint(s *subject) Row {
	on := dayOf(s.start)
	r := f.row("D5", s, on, on)
	if r.Excluded = f.invalidComplaint(s); r.Excluded != "" {
		return r
	}
	r.Den = 1
	if slices.ContainsFunc(f.all, func(o subject) bool {
		return o.id != s.id && o.c["kind"] == "complaint" && s.c["category"] != "" && o.c["category"] == s.c["category"] && o.start < s.start &&
			on-dayOf(o.start) <= repeatDays && f.same(o.c["customer_id"], s.c["customer_id"], on) && f.invalidComplaint(&o) == ""
	}) {
		r.Num = 1
	}
	return r
}

// firstOwnerRows returns D7 and D7.transfers of complaints and faults: "whose first receiver stayed accountable until closure",
// anchored at closed_at; "open complaints: not yet in D".
func (f *Facts) firstOwnerRows(s *subject) []Row {
	if !s.first || s.c["first_receiver_id"] == "" {
		return nil
	}
	closed := int64(0)
	for _, e := range f.history(s.c) {
		at := e.time("at")
		if at < s.from || at >= s.until || at >= f.AsOf {
			continue
		}
		switch e["type"] {
		case "close":
			closed = at
		case "reopen":
			closed = 0
		}
	}
	if at := s.c.time("closed_at"); len(f.events[s.c["case_id"]]) == 0 && at < s.until && at > s.c.time("reopened_at") {
		closed = at
	}
	if closed == 0 {
		return nil
	}
	kept := f.row("D7", s, dayOf(closed), dayOf(closed))
	moves := f.row("D7.transfers", s, dayOf(closed), dayOf(closed))
	if excluded := f.invalidFirst(s); excluded != "" {
		kept.Excluded, moves.Excluded = excluded, excluded
		return []Row{kept, moves}
	}
	transfers := f.moments(s, func(e record) bool { return e["type"] == "transfer" && e.time("at") <= closed })
	kept.Den, moves.Den, moves.Num = 1, 1, int64(len(transfers))
	if len(transfers) == 0 {
		kept.Num = 1
	}
	return []Row{kept, moves}
}

func (f *Facts) invalidFirst(s *subject) string {
	if s.c["kind"] == "complaint" {
		return f.invalidComplaint(s)
	}
	return s.excluded
}

// regulatorRows returns D6: regulator complaints by users, per quarter; "use subscriber count (customer.users)"; "company
// level only". The users are those of the customers there are on the quarter's last day.
func (f *Facts) regulatorRows() []Row {
	var rows []Row
	for _, p := range periods("quarter", f.historyStart(), dayOf(f.AsOf)) {
		for _, c := range f.feeds["customers"] {
			r := Row{KPI: "D6", Subject: c["customer_id"], Kind: "quarter", Anchor: p.start, Customer: c["customer_id"], Reason: "not_scored"}
			for i := range f.all {
				s := &f.all[i]
				on := dayOf(s.start)
				if s.first && s.c["customer_id"] == c["customer_id"] && s.c["kind"] == "complaint" && s.c.is("regulator") &&
					on >= p.start && on < p.end && f.invalidComplaint(s) == "" {
					r.Num++
				}
			}
			if f.isCustomer(c, p.end-1) {
				r.Den = c.int("users")
			}
			rows = append(rows, r)
		}
	}
	return rows
}
