package oracle

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// subject is one case as it is judged: the case itself, or what came back after the recurrence window (edge 2 and 3.20:
// "subject_id = case_id + '#2'").
type subject struct {
	id        string
	c         record
	start     int64 // created, or reopened
	response  int64 // first human, outbound, visible event; 0 = none
	pauses    []interval
	gaps      []interval // void resolve to reopen, where the customer caused it
	standing  int64      // the resolve that stands; 0 = none
	first     bool       // the case itself
	excluded  string
	startedAs int64 // start before anything was inherited
	last      bool  // nothing came back: the case's result is that of this subject
	from      int64 // its events are those in [from, until)
	until     int64
}

// outbound are the events that a customer receives (R5: "first human, outbound, customer-visible event").
func outbound(typ string) bool {
	switch typ {
	case "respond", "progress", "plan", "resolve", "callback_ok": // an unanswered ring is no contact
		return true
	}
	return false
}

// subjects makes the subjects of every case.
func (f *Facts) subjects() []subject {
	var all []subject
	for _, c := range f.feeds["cases"] {
		if at := c.time("created_at"); at == 0 || at >= f.AsOf {
			continue
		}
		parts := f.split(f.severest(c))
		all = append(all, parts...)
	}
	byID := map[string]int{}
	for i := range all {
		byID[all[i].id] = i
	}
	for i := range all {
		s := &all[i]
		if !s.first {
			continue
		}
		// R7: "its earliest created_at and first response are inherited by the survivor".
		for _, id := range f.absorbs[s.c["case_id"]] {
			o, ok := byID[id]
			if !ok {
				continue
			}
			s.start = min(s.start, all[o].startedAs)
			if r := f.firstResponse(all[o].c, 0, f.AsOf); r != 0 && (s.response == 0 || r < s.response) {
				s.response = r
			}
		}
	}
	return all
}

// severest is a case with the highest severity of those that were merged into it: edge 3, "merged after breach -> survivor
// inherits breach", whose limit is that of its severity.
func (f *Facts) severest(c record) record {
	order := []string{"normal", "high", "urgent"}
	rank := slices.Index(order, c["severity"])
	for _, id := range f.absorbs[c["case_id"]] {
		rank = max(rank, slices.Index(order, f.cases[id]["severity"]))
	}
	if rank < 0 || order[rank] == c["severity"] {
		return c
	}
	c = maps.Clone(c)
	c["severity"] = order[rank]
	return c
}

// history returns the events of a case; "a wide ticket export and an event log are both normal: ... events not given are
// derived from the wide columns". D3: "Callback answered 未解决 -> case reopens automatically": the fix failed.
func (f *Facts) history(c record) []record {
	events := slices.Clone(f.events[c["case_id"]])
	wide := []struct{ column, typ string }{
		{"first_response_at", "respond"}, {"resolved_at", "resolve"}, {"reopened_at", "reopen"}, {"closed_at", "close"},
	}
	if c["callback_result"] != "" && c["callback_result"] != "unreached" {
		wide = append(wide, struct{ column, typ string }{"callback_at", "callback_ok"})
	}
	for _, w := range wide {
		given := slices.ContainsFunc(events, func(e record) bool { return e["type"] == w.typ })
		if c[w.column] != "" && !given {
			e := record{"at": c[w.column], "type": w.typ, "actor_kind": "human", "public": "1"}
			if w.typ == "callback_ok" {
				e["actor_id"] = c["callback_by"]
			}
			events = append(events, e)
		}
	}
	slices.SortStableFunc(events, func(a, b record) int { return strings.Compare(a["at"], b["at"]) })
	if c["callback_result"] == "unsolved" && c["callback_at"] != "" {
		events = append(events, record{"at": c["callback_at"], "type": "reopen", "reason": "未修复"})
		slices.SortStableFunc(events, func(a, b record) int { return strings.Compare(a["at"], b["at"]) })
	}
	return events
}

// split cuts a case at every reopen that comes after the recurrence window (R6, edge 2).
func (f *Facts) split(c record) []subject {
	window := f.Rules.param("reopen_window_days")
	parts := []subject{{id: c["case_id"], c: c, start: c.time("created_at"), first: true, excluded: exclusion(c)}}
	cut := func() *subject { return &parts[len(parts)-1] }
	starts := []int64{0}
	lastResolve := int64(0)
	pausedAt := int64(0)
	for _, e := range f.history(c) {
		at := e.time("at")
		if at >= f.AsOf {
			break
		}
		s := cut()
		switch e["type"] {
		case "pause":
			// R4: "Only pause with a coded reason that is customer-side (待客户) stops the clock".
			if e["reason"] == "待客户" && pausedAt == 0 {
				pausedAt = at
			}
		case "resume":
			if pausedAt != 0 {
				s.pauses = append(s.pauses, interval{pausedAt, at})
				pausedAt = 0
			}
		case "resolve":
			if pausedAt != 0 {
				s.pauses = append(s.pauses, interval{pausedAt, at})
				pausedAt = 0
			}
			s.standing, lastResolve = at, at
		case "reopen":
			if lastResolve == 0 {
				continue
			}
			// 3.2: "Windows of 7, 15, 30, 90 days are calendar days by the same count".
			if dayOf(at) <= dayOf(lastResolve)+window {
				// R6: "Time between void resolve and reopen is excluded from elapsed when customer-caused".
				if e["reason"] == "待客户" {
					s.gaps = append(s.gaps, interval{lastResolve, at})
				}
				s.standing = 0
				continue
			}
			parts = append(parts, subject{
				id: c["case_id"] + "#" + strconv.Itoa(len(parts)+1), c: c, start: at, excluded: exclusion(c),
			})
			starts = append(starts, at)
			lastResolve = 0
		}
	}
	if pausedAt != 0 { // edge 9: "Pause opened and never closed -> clock stopped"
		cut().pauses = append(cut().pauses, interval{pausedAt, 1 << 60})
	}
	f.finish(parts, starts)
	return parts
}

// finish fills in what each part of a case has of its own.
func (f *Facts) finish(parts []subject, starts []int64) {
	for i := range parts {
		until := f.AsOf
		if i+1 < len(parts) {
			until = starts[i+1]
		}
		parts[i].response = f.firstResponse(parts[i].c, starts[i], until)
		parts[i].startedAs = parts[i].start
		parts[i].last = i+1 == len(parts)
		parts[i].from, parts[i].until = starts[i], until
	}
}

// firstResponse returns the first human, outbound, visible event of a case within [from, until), or the first call to the
// customer: R5: "a visit or call logged against the case counts if its started_at >= created_at".
func (f *Facts) firstResponse(c record, from, until int64) int64 {
	first := int64(0)
	take := func(at int64) {
		if at >= from && at < until && (first == 0 || at < first) {
			first = at
		}
	}
	for _, e := range f.history(c) {
		if outbound(e["type"]) && e["actor_kind"] != "auto" && e["public"] != "0" {
			take(e.time("at"))
		}
	}
	for _, call := range f.calls[c["case_id"]] {
		if at := call.time("started_at"); call["direction"] != "in" && at >= c.time("created_at") {
			take(at)
		}
	}
	return first
}

// exclusion returns why a case is in no denominator: merged, duplicate, invalid, test, manager-initiated (3.1).
func exclusion(c record) string {
	switch {
	case c["merged_into"] != "":
		return "merged"
	case c["dup_of"] != "":
		return "duplicate"
	case c["invalid_reason"] != "":
		return "invalid"
	case c.is("is_test"):
		return "test"
	case c["initiated_by"] == "manager":
		return "manager_initiated"
	}
	return ""
}

// caseRows returns the rows of one subject.
func (f *Facts) caseRows(s *subject) []Row {
	rows := f.responseRows(s)
	rows = append(rows, f.resolutionRows(s)...)
	rows = append(rows, f.promiseRows(s)...)
	rows = append(rows, f.repeatRows(s)...)
	switch s.c["kind"] {
	case "complaint":
		complaint := f.complaintRow(s)
		rows = append(rows, complaint, as("D1.revenue", complaint))
		rows = append(rows, f.complaintRows(s)...)
	case "fault":
		rows = append(rows, f.faultRows(s)...)
	}
	return rows
}

// as is a row of another measure.
func as(kpi string, r Row) Row {
	r.KPI = kpi
	return r
}

// row fills in what every row of a subject shares; owner is the day that says who is accountable.
func (f *Facts) row(kpi string, s *subject, anchor, owner int) Row {
	p := f.ownerOn(s.c["customer_id"], owner)
	return Row{KPI: kpi, Subject: s.id, Anchor: anchor, Customer: s.c["customer_id"], Manager: p.manager, Reason: p.reason}
}

// noResponse returns why a case owes no response.
func (s *subject) noResponse() string {
	switch {
	case s.excluded != "":
		return s.excluded
	case s.c["initiated_by"] == "system": // "valid customer-initiated cases"
		return "system_initiated"
	case s.last && s.c["resolution"] == "self_service" && (s.response == 0 || s.standing != 0 && s.response >= s.standing):
		return "self_service"
	}
	return ""
}

// responseRows returns B1 and B2. Owner: "FRT -> owner at created_at" (R10); limit: the rule at the start (R11).
func (f *Facts) responseRows(s *subject) []Row {
	startOn := dayOf(s.start)
	base := f.row("B1", s, startOn, startOn)
	b2 := f.row("B2", s, startOn, startOn)
	excluded := s.noResponse()
	var rows []Row
	if excluded != "" {
		base.Excluded, b2.Excluded = excluded, excluded
		if s.response != 0 {
			rows = append(rows, b2, as("B2.calendar", b2))
		}
		return append(rows, base)
	}
	if s.response != 0 {
		b2.Anchor = dayOf(s.response)
		b2.Value = elapsed(s.start, s.response, "working", s.stops()) // a response before the start is 0 (B2)
		b2.Num, b2.Den = b2.Value, 1
		calendar := as("B2.calendar", b2)
		calendar.Value = elapsed(s.start, s.response, "calendar", s.stops())
		calendar.Num = calendar.Value
		rows = append(rows, b2, calendar)
	}
	l := f.Rules.limit("first_response", s.c["kind"], s.c["severity"], f.tierOn(s.c["customer_id"], startOn), startOn)
	if !l.set {
		base.Excluded = "rule_unset"
		return append(rows, base)
	}
	d := f.judge(l, s.start, s.response, s.stops())
	switch {
	case !d.known: // edge 11: "deadline unknown -> not in D this period"
		base.Excluded = "paused"
		return append(rows, base)
	case d.at > f.AsOf:
		return rows
	}
	base.Anchor, base.Den = d.on, 1
	if d.met {
		base.Num = 1
	}
	return append(rows, base)
}

// resolutionRows returns C1, C2 and C3.
func (f *Facts) resolutionRows(s *subject) []Row {
	startOn := dayOf(s.start)
	if s.excluded != "" {
		var rows []Row
		for _, kpi := range []string{"C1", "C2", "C3", "C3.calendar"} {
			if strings.HasPrefix(kpi, "C3") && s.standing == 0 {
				continue
			}
			r := f.row(kpi, s, startOn, startOn)
			r.Excluded = s.excluded
			rows = append(rows, r)
		}
		return rows
	}
	stops := s.stops()
	l := f.Rules.limit("resolution", s.c["kind"], s.c["severity"], f.tierOn(s.c["customer_id"], startOn), startOn)
	var d deadline
	if l.set {
		d = f.judge(l, s.start, s.standing, stops)
	}
	// R10: "resolution -> owner at the earlier of deadline and resolve".
	owner := startOn
	switch {
	case d.known && (s.standing == 0 || d.at < s.standing):
		owner = d.on
	case s.standing != 0:
		owner = dayOf(s.standing)
	}
	var rows []Row
	if s.standing != 0 {
		r := f.row("C3", s, dayOf(s.standing), owner)
		r.Value = elapsed(s.start, s.standing, "working", stops)
		r.Num, r.Den = r.Value, 1
		calendar := as("C3.calendar", r)
		calendar.Value = elapsed(s.start, s.standing, "calendar", stops)
		calendar.Num = calendar.Value
		rows = append(rows, r, calendar)
	}
	c1 := f.row("C1", s, startOn, owner)
	c2 := f.row("C2", s, startOn, owner)
	if !l.set || !d.known {
		c1.Excluded = "paused"
		if !l.set {
			c1.Excluded = "rule_unset"
		}
		c2.Excluded = c1.Excluded
		return append(rows, c1, c2)
	}
	if d.at <= f.AsOf {
		c1.Anchor, c1.Den = d.on, 1
		if d.met {
			c1.Num = 1
		}
		rows = append(rows, c1)
	}
	if r, ok := f.decided(s, d, c2); ok {
		rows = append(rows, r)
	}
	return rows
}

// decided returns the row of C2: "each case gets one decided_at = min(standing resolve, deadline + 30 calendar days)...
// N: those decided by a standing resolve, late or not ... Cases closed as 无法解决/客户放弃 are in D, not N".
func (f *Facts) decided(s *subject, d deadline, r Row) (Row, bool) {
	last := d.on + f.Rules.param("decided_after_days")
	r.Den = 1
	if s.standing != 0 && dayOf(s.standing) <= last {
		r.Anchor = dayOf(s.standing)
		if res := s.c["resolution"]; !s.last || (res != "impossible" && res != "given_up") {
			r.Num = 1
		}
		return r, true
	}
	r.Anchor = last
	return r, int64(last+1)*day <= f.AsOf
}

// secondPerson reports whether somebody other than the first receiver is known to have recoded the case.
func (s *subject) secondPerson() bool {
	return s.c["recoded_by"] != "" && s.c["recoded_by"] != s.c["first_receiver_id"]
}
