package oracle

import (
	"slices"
	"strconv"
)

// owed is something that must be done by a deadline.
type owed struct {
	kpi, subject, customer string
	start, end             int64 // end 0: not done
	limit                  limit
	pauses                 []interval
	void                   bool         // done, but not in the way that counts
	excluded               string       // counts nowhere
	who                    func() party // accountable in place of the owner
}

// timely returns the row of an obligation by the pattern of R8 and R9: "the denominator is what fell due; an open case
// past deadline is a miss now"; none while it is not due. R10: "owner at the earlier of deadline and resolve".
func (f *Facts) timely(o owed) []Row {
	r := Row{KPI: o.kpi, Subject: o.subject, Customer: o.customer, Anchor: dayOf(o.start)}
	if o.end >= f.AsOf {
		o.end = 0
	}
	if o.excluded != "" {
		r.Excluded = o.excluded
		return []Row{r}
	}
	if !o.limit.set {
		r.Excluded = "rule_unset"
		return []Row{r}
	}
	d := f.judge(o.limit, o.start, o.end, o.pauses)
	switch {
	case !d.known:
		r.Excluded = "paused"
		return []Row{r}
	case d.at > f.AsOf:
		return nil
	}
	r.Anchor, r.Den = d.on, 1
	if d.met && !o.void {
		r.Num = 1
	}
	on := d.on
	if o.end != 0 && o.end < d.at {
		on = max(dayOf(o.end), dayOf(o.start)) // nobody answers for it before it was owed
	}
	p := f.ownerOn(o.customer, on)
	if o.who != nil {
		p = o.who()
	}
	r.Manager, r.Reason = p.manager, p.reason
	return []Row{r}
}

// byDay returns the row of an obligation whose last day is stated: due and done are days, done 0 when it is not done.
func (f *Facts) byDay(kpi, subject, customer string, due, done int, ok bool, excluded string) []Row {
	r := Row{KPI: kpi, Subject: subject, Customer: customer, Anchor: due, Excluded: excluded}
	if excluded != "" {
		return []Row{r}
	}
	if int64(due+1)*day > f.AsOf {
		return nil
	}
	if int64(done)*day >= f.AsOf {
		done = 0
	}
	r.Den = 1
	if ok && done != 0 && done <= due {
		r.Num = 1
	}
	on := due
	if done != 0 && done < due {
		on = done
	}
	p := f.ownerOn(customer, on)
	r.Manager, r.Reason = p.manager, p.reason
	return []Row{r}
}

// caseLimit is the limit of a case's own, by the rule in force when the case began (R11).
func (f *Facts) caseLimit(rule string, s *subject) limit {
	on := dayOf(s.start)
	return f.Rules.limit(rule, s.c["kind"], s.c["severity"], f.tierOn(s.c["customer_id"], on), on)
}

// promiseRows returns what a case owes beside its response and its resolution: B3, B4, B5, C7, A7.
func (f *Facts) promiseRows(s *subject) []Row {
	var rows []Row
	if kind := s.c["kind"]; kind == "complaint" || kind == "fault" {
		rows = append(rows, f.progressRows(s)...)
	}
	if s.first {
		rows = append(rows, f.planRow(s)...)
		rows = append(rows, f.planSteps(s)...)
		rows = append(rows, f.promiseRow(s)...)
	}
	if s.c["severity"] == "urgent" {
		rows = append(rows, f.urgentRow(s)...)
	}
	if s.c["kind"] == "feedback" {
		// A7: "answered to the customer with a measure": the resolve that stands, with the measure written down.
		rows = append(rows, f.timely(owed{
			kpi: "A7", subject: s.id, customer: s.c["customer_id"], start: s.start, end: s.standing, pauses: s.stops(),
			limit: f.caseLimit("feedback_answer", s), void: s.c["action"] == "", excluded: s.excluded,
		})...)
	}
	return rows
}

// moments returns the instants of some events of a subject, in order.
func (f *Facts) moments(s *subject, ok func(record) bool) []int64 {
	var all []int64
	for _, e := range f.history(s.c) {
		if at := e.time("at"); at >= s.from && at < s.until && at < f.AsOf && ok(e) {
			all = append(all, at)
		}
	}
	return all
}

// types picks events by type.
func types(names ...string) func(record) bool {
	return func(e record) bool { return slices.Contains(names, e["type"]) }
}

// told reports whether an event is one that a person let the customer see (R5).
func told(e record) bool {
	return outbound(e["type"]) && e["actor_kind"] != "auto" && e["public"] != "0"
}

// maxUpdates: 3.15: "at most 50 a case".
const maxUpdates = 50

// progressRows returns B3. 3.15: "From creation or the last update, whichever is later, an update is due U hours on; each
// such due instant is one obligation; after a miss the next starts at the missed instant; at most 50 a case". A case
// that is resolved before an update is due owes it no more; what is reopened owes updates from then on.
func (f *Facts) progressRows(s *subject) []Row {
	if !f.eventsKept() {
		return nil
	}
	l := f.caseLimit("progress", s)
	o := owed{kpi: "B3", subject: s.id, customer: s.c["customer_id"], start: s.start, limit: l, excluded: s.excluded}
	if o.excluded != "" || !o.limit.set {
		return f.timely(o)
	}
	var rows []Row
	n := 0
	for _, open := range f.owingTimes(s) {
		updates := f.updates(s, open.to)
		for from := open.from; n < maxUpdates; {
			i := slices.IndexFunc(updates, func(u int64) bool { return u > from })
			next := int64(0)
			if i >= 0 {
				next = updates[i]
			}
			d := f.judge(o.limit, from, next, s.pauses)
			if !d.known {
				o.subject, o.start, o.end, o.pauses = s.id, from, next, s.pauses
				rows = append(rows, f.timely(o)...)
			}
			if !d.known || d.at > f.AsOf && (next == 0 || !d.met) {
				break
			}
			if d.met && next == open.to && open.to < f.AsOf { // resolved before one was due
				break
			}
			if !d.met && open.to <= d.at && open.to < f.AsOf {
				break
			}
			n++
			o.subject, o.start, o.end, o.pauses = s.id+"/"+strconv.Itoa(n), from, next, s.pauses
			if !d.met {
				o.end = 0
			}
			rows = append(rows, f.timely(o)...)
			if from = d.at; l.days > 0 && !l.working {
				from-- // 24:00 of a day is still that day
			}
			if d.met {
				from = next
			}
		}
	}
	return rows
}

// eventsKept reports whether a company keeps events of cases, or calls about them: else that nobody was told could not be known, and NULL is not
// 0 (R13).
func (f *Facts) eventsKept() bool {
	return len(f.feeds["case_events"])+len(f.feeds["case_log"]) > 0 ||
		slices.ContainsFunc(f.feeds["calls"], func(c record) bool { return c["case_id"] != "" && c["direction"] != "in" })
}

// owingTimes are the times in which a subject owes updates: while it is open. Where it was reopened although nobody resolved it, when it was
// resolved is not known: what was owed between the last update and the reopen is not either.
func (f *Facts) owingTimes(s *subject) []interval {
	var all []interval
	for _, open := range f.openTimes(s) {
		for _, at := range f.moments(s, types("reopen")) {
			if at <= open.from || at >= open.to {
				continue
			}
			if told := f.updates(s, at); len(told) > 0 && told[len(told)-1] > open.from {
				all = append(all, interval{open.from, told[len(told)-1] + 1})
			}
			open.from = at
		}
		all = append(all, open)
	}
	return all
}

// updates returns when the customer heard of a case until an instant; calls to him count (R5).
func (f *Facts) updates(s *subject, to int64) []int64 {
	all := f.moments(s, func(e record) bool { return told(e) && e.time("at") <= to })
	for _, call := range f.calls[s.c["case_id"]] {
		if at := call.time("started_at"); call["direction"] != "in" && at >= max(s.from, s.start) && at <= to && at < s.until {
			all = append(all, at)
		}
	}
	slices.Sort(all)
	return all
}

// stops are the times that do not count towards what a case owes: customer-side pauses (R4), and after a void resolve the time
// until the customer came back (R6).
func (s *subject) stops() []interval { return append(slices.Clone(s.pauses), s.gaps...) }

// openTimes returns when a subject was open: from its start or a reopen to the next resolve, or to as-of.
func (f *Facts) openTimes(s *subject) []interval {
	var all []interval
	from := s.start
	for _, e := range f.history(s.c) {
		at := e.time("at")
		if at < s.from || at >= s.until || at >= f.AsOf {
			continue
		}
		switch e["type"] {
		case "resolve":
			if from != 0 {
				all = append(all, interval{from, at})
			}
			from = 0
		case "reopen":
			if from == 0 {
				from = at
			}
		}
	}
	if from != 0 {
		all = append(all, interval{from, s.until})
	}
	return all
}

// planRow returns B4: "from 需求确认 (not from first contact) to plan submitted for review ... Excl: customer withdrew".
func (f *Facts) planRow(s *subject) []Row {
	confirmed := s.c.time("confirmed_at")
	if confirmed == 0 || confirmed >= f.AsOf {
		return nil
	}
	excluded := s.excluded
	if excluded == "" && s.c["resolution"] == "withdrawn" {
		excluded = "withdrawn"
	}
	return f.timely(owed{
		kpi: "B4", subject: s.id, customer: s.c["customer_id"], start: confirmed, end: s.c.time("plan_submitted_at"),
		limit: f.caseLimit("plan", s), pauses: s.stops(), excluded: excluded,
	})
}

// planSteps returns B4.review and B4.acceptance: "B4 gains review and acceptance times (the review is the service manager's)": working time from
// the submission to the review, and from that until the customer accepts.
func (f *Facts) planSteps(s *subject) []Row {
	var rows []Row
	step := func(kpi, from, to string) {
		start, end := s.c.time(from), s.c.time(to)
		if start == 0 || end == 0 || start >= f.AsOf || end >= f.AsOf {
			return
		}
		r := f.row(kpi, s, dayOf(end), dayOf(end))
		if r.Excluded = s.excluded; r.Excluded == "" {
			r.Value = elapsed(start, end, "working", nil)
			r.Num, r.Den = r.Value, 1
		}
		rows = append(rows, r)
	}
	step("B4.acceptance", "plan_reviewed_at", "plan_accepted_at")
	if step("B4.review", "plan_submitted_at", "plan_reviewed_at"); len(rows) > 0 && rows[len(rows)-1].KPI == "B4.review" {
		rows[len(rows)-1].Manager, rows[len(rows)-1].Reason = "", "service_manager"
	}
	return rows
}

// promiseRow returns C7: "solved by the promised time / promised".
func (f *Facts) promiseRow(s *subject) []Row {
	promise, ok := f.promises[s.c["case_id"]]
	if !ok {
		return nil
	}
	at := promise.time("promised_due_at")
	r := Row{KPI: "C7", Subject: s.id, Customer: s.c["customer_id"], Anchor: dayOf(at), Excluded: s.excluded}
	if s.excluded != "" {
		return []Row{r}
	}
	if at > f.AsOf {
		return nil
	}
	r.Den = 1
	if s.standing != 0 && s.standing <= at && s.solved() {
		r.Num = 1
	}
	on := dayOf(at)
	if s.standing != 0 && s.standing < at {
		on = dayOf(s.standing)
	}
	p := f.ownerOn(s.c["customer_id"], on)
	r.Manager, r.Reason = p.manager, p.reason
	return []Row{r}
}

// solved reports whether a resolve solved anything: not closed as 无法解决/客户放弃 (C2).
func (s *subject) solved() bool {
	return !s.last || (s.c["resolution"] != "impossible" && s.c["resolution"] != "given_up")
}

// urgentRow returns B5: "severity=紧急 only; calendar clock; no pause; deputy on duty counts". Owner as in B1.
func (f *Facts) urgentRow(s *subject) []Row {
	l := f.caseLimit("first_response", s)
	l.clock, l.working = "calendar", false
	on := dayOf(s.start)
	return f.timely(owed{
		kpi: "B5", subject: s.id, customer: s.c["customer_id"], start: s.start, end: s.response, limit: l,
		excluded: s.noResponse(), who: func() party { return f.ownerOn(s.c["customer_id"], on) },
	})
}
