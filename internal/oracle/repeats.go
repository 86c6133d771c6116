package oracle

import "slices"

// repeatRows returns C4 and C5 of a subject that was resolved: "cases resolved whose W matured in the period", anchored
// at "resolved_at+W". What was resolved is the first resolve: a later one is already the repair of a failure.
func (f *Facts) repeatRows(s *subject) []Row {
	resolves := f.moments(s, types("resolve"))
	if len(resolves) == 0 {
		return nil
	}
	first := resolves[0]
	last := dayOf(first) + f.Rules.param("reopen_window_days")
	owner := f.outcomeDay(s, first)
	r4 := f.row("C4", s, last, owner)
	r5 := f.row("C5", s, last, owner)
	if int64(last+1)*day > f.AsOf {
		return nil
	}
	if s.excluded != "" {
		r4.Excluded, r5.Excluded = s.excluded, s.excluded
		return []Row{r4, r5}
	}
	reopened := slices.ContainsFunc(f.moments(s, types("reopen")), func(at int64) bool { return at >= first })
	r4.Den, r5.Den = 1, 1
	if reopened {
		r5.Num = 1
	} else if s.solved() && f.oneTouch(s, first) && !f.returned7(s, first, last) {
		r4.Num = 1
	}
	return []Row{r4, r5}
}

// outcomeDay is the day whose owner answers for the outcome of a case. R10: "resolution -> owner at the earlier of deadline and
// resolve".
func (f *Facts) outcomeDay(s *subject, resolved int64) int {
	if l := f.caseLimit("resolution", s); l.set {
		if d := f.judge(l, s.start, resolved, s.stops()); d.known && (resolved == 0 || d.at < resolved) {
			return d.on
		}
	}
	if resolved == 0 {
		return dayOf(s.start)
	}
	return dayOf(resolved)
}

// oneTouch: "resolved in the first human handling (<=1 outbound contact after the request, no transfer)". The resolve is
// the end of the handling, not a contact besides it.
func (f *Facts) oneTouch(s *subject, first int64) bool {
	contacts := f.moments(s, func(e record) bool {
		return told(e) && e["type"] != "resolve" && e.time("at") >= s.start && e.time("at") <= first
	})
	n := len(contacts)
	for _, call := range f.calls[s.c["case_id"]] {
		if at := call.time("started_at"); call["direction"] != "in" && at >= s.start && at <= first && at >= s.from {
			n++
		}
	}
	moved := f.moments(s, func(e record) bool { return e["type"] == "transfer" && e.time("at") <= first })
	return n <= 1 && len(moved) == 0
}

// returned7: a "new case by the same customer in the same category within W" of the resolve; where no category is known, that is one.
func (f *Facts) returned7(s *subject, first int64, last int) bool {
	return slices.ContainsFunc(f.all, func(o subject) bool {
		return o.id != s.id && o.excluded == "" && o.c["initiated_by"] != "system" && o.c["category"] == s.c["category"] &&
			f.same(o.c["customer_id"], s.c["customer_id"], dayOf(o.start)) && o.start > first && dayOf(o.start) <= last
	})
}

// same reports whether two customers are one on a day (R7: "history re-keyed to survivor through merged_into as of merged_at").
func (f *Facts) same(a, b string, on int) bool { return f.survivor(a, on) == f.survivor(b, on) }

func (f *Facts) survivor(customer string, on int) string {
	for range 10 {
		c := f.customers[customer]
		if c["merged_into"] == "" || dayOf(c.time("merged_at")) > on {
			return customer
		}
		customer = c["merged_into"]
	}
	return customer
}

// backlogRows returns C6 and C6.open at the end of every month: every open case, 1 when its deadline has passed. A case is open from its start to a
// resolve, and again from a reopen on. What was merged into it is the same case (R7), so it is open from the earliest creation.
func (f *Facts) backlogRows() []Row {
	var rows []Row
	for _, m := range periods("month", f.historyStart(), dayOf(f.AsOf)) {
		end := int64(m.end) * day
		for i := range f.all {
			s := &f.all[i]
			if s.excluded != "" || !slices.ContainsFunc(f.openTimes(s), func(o interval) bool { return o.from < end && end <= o.to }) {
				continue
			}
			r := f.row("C6", s, m.end-1, m.end-1)
			r.Kind = "month"
			open := as("C6.open", r)
			open.Num, open.Den = 1, 1
			rows = append(rows, open)
			l := f.caseLimit("resolution", s)
			if !l.set {
				r.Excluded = "rule_unset"
				rows = append(rows, r)
				continue
			}
			r.Den = 1
			if d := f.judge(l, s.start, s.standing, s.stops()); d.known && d.on < m.end {
				r.Num = 1
			}
			rows = append(rows, r)
		}
	}
	return rows
}
