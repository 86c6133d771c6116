package oracle

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// outage is a fault from its report to the restored service. E1: "start = customer report (申告) or monitoring alarm,
// whichever first and logged; end = service restored and confirmed, not ticket closed".
// What came back later (edge 2) is a fault of its own from then on, and the one before it ended with its resolve.
func (s *subject) outage() (from, to int64) {
	to = s.c.time("restored_at")
	if !s.first && to < s.start || !s.last && to >= s.until {
		to = 0 // that was another part's
	}
	if to == 0 && !s.last {
		to = s.standing
	}
	if !s.first {
		return s.start, to
	}
	for _, column := range []string{"reported_at", "alarm_at"} {
		if at := s.c.time(column); at != 0 && (from == 0 || at < from) {
			from = at
		}
	}
	if from == 0 {
		from = s.start
	}
	return from, to
}

// notOurs: 3.1: always excluded: "customer equipment, force majeure, planned cutover".
func (s *subject) notOurs() string {
	if s.excluded != "" {
		return s.excluded
	}
	switch s.c["cause"] {
	case "客户设备":
		return "customer_equipment"
	case "不可抗力":
		return "force_majeure"
	case "计划割接":
		return "planned_cutover"
	}
	return ""
}

// notCounted are the seconds that do not count: "excluded minutes need an approver".
func (s *subject) notCounted() int64 {
	if s.c["excluded_by"] == "" {
		return 0
	}
	return s.c.int("excluded_minutes") * 60
}

// lengthened gives a limit the minutes that do not count.
func (s *subject) lengthened(l limit) limit {
	if l.days == 0 {
		l.seconds += s.notCounted()
	}
	return l
}

// faultRows returns E1, E1.statutory, E2, E3 and D7 of a fault.
func (f *Facts) faultRows(s *subject) []Row {
	rows := f.firstOwnerRows(s)
	from, to := s.outage()
	if from >= f.AsOf {
		return rows
	}
	o := owed{
		kpi: "E1", subject: s.id, customer: s.c["customer_id"], start: from, end: to, pauses: s.stops(),
		limit: s.lengthened(f.caseLimit("restore", s)), excluded: s.notOurs(),
	}
	rows = append(rows, f.timely(o)...)
	hours := map[string]string{"urban": "fault_urban_hours", "rural": "fault_rural_hours"}[s.c["area"]] // 城镇 48 h / 农村 72 h
	statutory := limit{set: f.Rules.has(hours), clock: "calendar"}
	if statutory.set {
		statutory.seconds = int64(f.Rules.param(hours)) * 3600
	}
	o.pauses = nil
	if o.kpi, o.limit = "E1.statutory", s.lengthened(statutory); hours == "" && o.excluded == "" {
		o.excluded = "no_area"
	}
	rows = append(rows, f.timely(o)...)
	if to != 0 && to < f.AsOf {
		r := f.row("E2", s, dayOf(to), dayOf(to))
		if r.Excluded = s.notOurs(); r.Excluded == "" {
			r.Value = max(to-from-s.notCounted(), 0)
			r.Num, r.Den = r.Value, 1
		}
		rows = append(rows, r)
	}
	if s.c.is("major") && to != 0 && to < f.AsOf {
		// E3: "major faults whose review (cause, action, customer told) was filed within [X] working days".
		told := s.c.time("review_told_at")
		rows = append(rows, f.timely(owed{
			kpi: "E3", subject: s.id, customer: s.c["customer_id"], start: to, end: s.c.time("review_filed_at"),
			limit: f.caseLimit("fault_review", s), excluded: s.notOurs(),
			void: s.c["cause"] == "" || s.c["action"] == "" || told == 0 || told >= f.AsOf,
		})...)
	}
	return rows
}

// outageRows returns E2.outage: the outage of circuits, "overlapping faults of one circuit are unioned, not summed": a fault counts
// what none restored before it covers, so that the month of a fault is not changed by one that ends in a later month (R9), less
// its excluded minutes.
func (f *Facts) outageRows() []Row {
	circuits := map[string][]*subject{}
	var rows []Row
	for i := range f.all {
		s := &f.all[i]
		_, to := s.outage()
		if s.c["kind"] != "fault" || to == 0 || to >= f.AsOf {
			continue
		}
		if reason := s.notOurs(); reason != "" {
			r := f.row("E2.outage", s, dayOf(to), dayOf(to))
			r.Excluded = reason
			rows = append(rows, r)
		} else {
			id := s.c["circuit_id"]
			if id == "" {
				id = "\x00" + s.id
			}
			circuits[id] = append(circuits[id], s)
		}
	}
	for _, faults := range circuits {
		slices.SortFunc(faults, func(a, b *subject) int {
			from, to := a.outage()
			otherFrom, otherTo := b.outage()
			return cmp.Or(cmp.Compare(to, otherTo), cmp.Compare(from, otherFrom), strings.Compare(a.id, b.id))
		})
		var covered []interval
		for _, s := range faults {
			from, to := s.outage()
			r := f.row("E2.outage", s, dayOf(to), dayOf(to))
			for _, l := range minus(interval{from, max(from, to)}, covered) {
				r.Num += l.to - l.from
			}
			r.Num, r.Den = max(r.Num-s.notCounted(), 0), 1
			covered = append(covered, interval{from, max(from, to)})
			rows = append(rows, r)
		}
	}
	return rows
}

// sameUnit reports whether two events may be of one unit: one that is not named may be any.
func sameUnit(a, b string) bool { return a == b || a == "" || b == "" }

// supportRows returns P1: "hand-offs to a unit answered in limit / due, by unit, never charged to the manager". The resolve of the case ends
// the wait for the unit too.
func (f *Facts) supportRows(s *subject) []Row {
	var rows []Row
	history := f.history(s.c)
	n := 0
	for i, e := range history {
		at := e.time("at")
		if e["type"] != "handoff" || at >= f.AsOf {
			continue
		}
		if n++; at < s.from || at >= s.until {
			continue
		}
		end := int64(0)
		for _, back := range history[i+1:] {
			if back["type"] == "handback" && sameUnit(back["actor_unit"], e["actor_unit"]) {
				end = back.time("at")
				break
			}
		}
		if resolves := f.moments(s, types("resolve")); len(resolves) > 0 {
			if last := resolves[len(resolves)-1]; end == 0 || last < end {
				end = last
			}
		}
		on := dayOf(at)
		rows = append(rows, f.timely(owed{
			kpi: "P1", subject: s.c["case_id"] + "/" + strconv.Itoa(n), customer: s.c["customer_id"], start: at, end: end, excluded: s.excluded,
			limit: f.Rules.limit("handoff", s.c["kind"], s.c["severity"], f.tierOn(s.c["customer_id"], on), on),
			who:   func() party { return party{"", "unit"} },
		})...)
	}
	return rows
}
