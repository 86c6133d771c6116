package oracle

import (
	"slices"
)

// complaintRows returns D2, D3, D4, D5 and D7 of a complaint.
func (f *Facts) complaintRows(s *subject) []Row {
	rows := f.answerLimitRows(s)
	rows = append(rows, f.callbackRows(s)...)
	rows = append(rows, f.repeatComplaint(s))
	return append(rows, f.firstOwnerRows(s)...)
}

// complaintRow returns the event row of D1: "valid complaints created", without "enquiries recoded within 24 h by a
// second person".
func (f *Facts) complaintRow(s *subject) Row {
	on := dayOf(s.start)
	r := f.row("D1", s, on, on)
	recoded := s.c.time("recoded_at")
	switch {
	case s.excluded != "":
		r.Excluded = s.excluded
	case recoded != 0 && recoded-s.c.time("created_at") <= day && s.secondPerson():
		r.Excluded = "recoded"
	default:
		r.Num = 1
	}
	return r
}

// invalidComplaint returns why a complaint is none: as a case, or recoded (D1).
func (f *Facts) invalidComplaint(s *subject) string {
	if s.excluded != "" {
		return s.excluded
	}
	return f.complaintRow(s).Excluded
}

// answerLimitRows returns D2 and D2.statutory: "start = received by any channel", the answer is what the customer is told as
// the outcome: the resolve that stands (R6: "resolved_at for timeliness = the last resolve").
func (f *Facts) answerLimitRows(s *subject) []Row {
	internal := owed{
		kpi: "D2", subject: s.id, customer: s.c["customer_id"], start: s.start, end: s.standing, pauses: s.stops(),
		limit: f.caseLimit("complaint_answer", s), excluded: f.invalidComplaint(s),
	}
	statutory := internal
	statutory.kpi, statutory.pauses = "D2.statutory", nil
	statutory.limit = limit{set: f.Rules.has("complaint_statutory_days"), clock: "calendar"}
	if statutory.limit.set {
		statutory.limit.days = f.Rules.param("complaint_statutory_days")
	}
	return append(f.timely(internal), f.timely(statutory)...)
}

// callback is what became of calling a customer back.
type callback struct {
	resolved int64 // the resolve that it is about
	reopened int64 // when the customer came back after it, 0: he did not
	reached  int64 // 0: the customer was not reached
	result   string
}

// callbackOf returns the callback of a subject: about its last resolve, until it was reopened. D3: "Callback answered 未解决 -> case reopens
// automatically; still N (the loop worked)"; what is resolved again is owed another one.
func (f *Facts) callbackOf(s *subject) callback {
	cb := callback{result: s.c["callback_result"]}
	if at := s.c.time("callback_at"); at == 0 || at < s.from || !s.first && at == s.from || at > s.until { // its answer opens the next part
		cb.result = ""
	}
	if resolves := f.moments(s, types("resolve")); len(resolves) > 0 {
		cb.resolved = resolves[len(resolves)-1]
	}
	for _, e := range f.history(s.c) {
		at := e.time("at")
		if at < max(cb.resolved, s.from) || at > s.until || at >= f.AsOf {
			continue
		}
		switch {
		case e["type"] == "reopen" && at > cb.resolved && at < s.until && cb.reopened == 0:
			cb.reopened = at
		case e["type"] == "callback_ok" && !f.ownCall(s, e) && (cb.reopened == 0 || at <= cb.reopened) && cb.reached == 0:
			cb.reached = at
		}
	}
	return cb
}

// ownCall reports whether a call-back was made by who had handled the case: D3: "caller != handler where policy says so".
func (f *Facts) ownCall(s *subject, e record) bool {
	return f.Rules.or("callback_by_other", 0) != 0 && e["actor_id"] != "" && e["actor_id"] == s.c["manager_id"]
}

// callbackRows returns D3, D3.attempted and D4.
func (f *Facts) callbackRows(s *subject) []Row {
	cb := f.callbackOf(s)
	excluded := f.invalidComplaint(s)
	var rows []Row
	if cb.resolved != 0 {
		l := f.caseLimit("callback", s)
		o := owed{kpi: "D3", subject: s.id, customer: s.c["customer_id"], start: cb.resolved, end: cb.reached, limit: l, excluded: excluded}
		if l.set && o.excluded == "" && cb.reached == 0 && cb.reopened != 0 {
			if f.judge(l, cb.resolved, cb.reopened, nil).met { // he came back before it was due: nothing to ask about any more
				o.excluded = "ended"
			}
		}
		rows = append(rows, f.timely(o)...)
		o.kpi = "D3.attempted"
		if tried := f.thirdTry(s, cb.resolved); tried != 0 && (o.end == 0 || tried < o.end) {
			o.end = tried
		}
		rows = append(rows, f.timely(o)...)
	}
	if at := s.c.time("callback_at"); at != 0 && cb.result != "" && at < f.AsOf {
		owner := at
		if cb.resolved != 0 && cb.resolved <= at {
			owner = cb.resolved
		}
		r := f.row("D4", s, dayOf(at), dayOf(owner))
		switch {
		case cb.result == "unreached":
			return rows
		case excluded != "":
			r.Excluded = excluded
		case cb.result == "refused": // "refusals to rate are reached-but-unrated (excluded, counted)"
			r.Excluded = "unrated"
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
	tries := f.moments(s, types("callback_try", "callback_ok"))
	told, reached := s.c.time("callback_at"), slices.ContainsFunc(f.events[s.c["case_id"]], types("callback_ok"))
	if s.c["callback_result"] == "unreached" && told < s.until && told < f.AsOf && !reached { // events not given are derived from the wide columns
		tries = append(tries, told)
		slices.Sort(tries)
	}
	for _, at := range tries {
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

// repeatComplaint returns D5: "complaints for which the same customer+category had a complaint in the previous 30 days (by
// created_at of the later one)"; "merged duplicates first removed".
func (f *Facts) repeatComplaint(s *subject) Row {
	on := dayOf(s.start)
	r := f.row("D5", s, on, on)
	if r.Excluded = f.invalidComplaint(s); r.Excluded != "" {
		return r
	}
	if !f.Rules.has("repeat_complaint_days") {
		r.Excluded = "rule_unset"
		return r
	}
	r.Den = 1
	if slices.ContainsFunc(f.all, func(o subject) bool {
		return o.id != s.id && o.c["kind"] == "complaint" && o.c["category"] == s.c["category"] && o.start < s.start &&
			on-dayOf(o.start) <= f.Rules.param("repeat_complaint_days") && f.same(o.c["customer_id"], s.c["customer_id"], on) && f.invalidComplaint(&o) == ""
	}) {
		r.Num = 1
	}
	return r
}

// firstOwnerRows returns D7 and D7.transfers of complaints and faults: "whose first receiver stayed accountable until closure",
// anchored at closed_at; "open complaints: not yet in D". It is about who received it first, so it is the owner's of that day: who takes the
// customer over does not answer for transfers before him.
func (f *Facts) firstOwnerRows(s *subject) []Row {
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
	owner := dayOf(s.start)
	kept := f.row("D7", s, dayOf(closed), owner)
	if s.c["kind"] == "fault" { // 3.P: "D7 covers complaints and faults, shown apart"
		kept.KPI = "D7.faults"
	}
	moves := f.row("D7.transfers", s, dayOf(closed), owner)
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

// quarterOf is the first day of a day's quarter.
func (f *Facts) quarterOf(d int) int {
	t := date(d)
	return dayNumber(t.Year(), (int(t.Month())-1)/3*3+1, 1)
}

// regulatorRows returns D6: regulator complaints by users, per quarter; "use subscriber count (customer.users)"; "company
// level only". The users are those of the customers who are active as the quarter begins.
func (f *Facts) regulatorRows() []Row {
	var rows []Row
	for i := range f.all {
		s := &f.all[i]
		if !s.first || s.c["kind"] != "complaint" || !s.c.is("regulator") || f.quarterOf(dayOf(s.start)) < f.historyStart() {
			continue // of a quarter that began before the data the users are not known
		}
		r := Row{KPI: "D6", Subject: s.id, Customer: s.c["customer_id"], Anchor: f.quarterOf(dayOf(s.start)), Reason: "company_only", Num: 1, Kind: "quarter"}
		if r.Excluded = f.invalidComplaint(s); r.Excluded != "" {
			r.Num = 0
		}
		rows = append(rows, r)
	}
	for _, p := range periods("quarter", f.historyStart(), dayOf(f.AsOf)+92) {
		for _, c := range f.feeds["customers"] {
			if f.isCustomer(c, p.start) && f.active(c["customer_id"], p.start) {
				rows = append(rows, Row{
					KPI: "D6", Subject: c["customer_id"], Kind: "quarter", Customer: c["customer_id"], Anchor: p.start, Reason: "company_only", Den: c.int("users"),
				})
			}
		}
	}
	return rows
}
