package oracle

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// watchRows returns W1, W2, W3, W4, W4.kept and W6 of a subject: what somebody should look at, and nobody is scored by (2, "gaming
// detection": pause share, merged and invalid share, resolves that only stop the clock, surveys sent by the outcome).
func (f *Facts) watchRows(s *subject) []Row {
	var rows []Row
	if s.first {
		rows = append(rows, f.voidedRow(s))
	}
	if s.standing == 0 {
		return rows
	}
	row := func(kpi string, num bool, excluded string) {
		r := f.row(kpi, s, dayOf(s.standing), f.outcomeDay(s, s.standing))
		if r.Excluded = excluded; excluded == "" {
			r.Num, r.Den = truth(num), 1
		}
		rows = append(rows, r)
	}
	row("W1", elapsed(s.start, s.standing, "calendar", s.stops()) < s.standing-s.start, s.excluded)
	row("W3", f.takenBackAtOnce(s), s.excluded)
	l := f.caseLimit("resolution", s)
	excluded := s.excluded
	if excluded == "" && !l.set {
		excluded = "rule_unset"
	}
	d := deadline{}
	if l.set {
		d = f.judge(l, s.start, s.standing, s.stops())
	}
	if s.first {
		kpi := "W4"
		if d.met && s.solved() {
			kpi = "W4.kept"
		}
		row(kpi, f.askedAbout(s), excluded)
	}
	if d.met {
		minutes := int64(f.Rules.or("close_to_deadline_minutes", 0))
		if excluded == "" && !f.Rules.has("close_to_deadline_minutes") {
			excluded = "rule_unset"
		}
		row("W6", s.standing <= d.at && d.at <= s.standing+60*minutes, excluded)
	}
	return rows
}

func truth(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// voidedRow returns W2: what was merged, marked as a duplicate or invalid of what was created.
func (f *Facts) voidedRow(s *subject) Row {
	on := dayOf(s.start)
	r := f.row("W2", s, on, on)
	if s.excluded == "test" || s.excluded == "manager_initiated" {
		r.Excluded = s.excluded
		return r
	}
	r.Num, r.Den = truth(s.excluded != ""), 1
	return r
}

// takenBackAtOnce reports whether a resolve was followed by a reopen within an hour.
func (f *Facts) takenBackAtOnce(s *subject) bool {
	resolves := f.moments(s, types("resolve"))
	return slices.ContainsFunc(f.moments(s, types("reopen")), func(back int64) bool {
		return slices.ContainsFunc(resolves, func(at int64) bool { return at <= back && back-at <= 3600 })
	})
}

// askedAbout reports whether a survey about the case was sent, delivered or not.
func (f *Facts) askedAbout(s *subject) bool {
	return slices.ContainsFunc(f.feeds["surveys"], func(q record) bool {
		return q["case_id"] == s.c["case_id"] && q["sent_at"] != "" && q.time("sent_at") < f.AsOf
	})
}

// lateVisitRows returns W5: of the visits that count in a window those on its last two working days, or on a day off after the first of them.
func (f *Facts) lateVisitRows() []Row {
	visits := f.countedVisits()
	var rows []Row
	for _, c := range f.feeds["customers"] {
		for _, cad := range f.Rules.Cadences {
			for _, w := range windows(cad.WindowMonths, f.historyStart(), dayOf(f.AsOf)) {
				duty, ok := f.dutyRow(c, cad, w, nil)
				for _, v := range visits[c["customer_id"]] {
					on := dayOf(v.time("started_at"))
					if !ok || on < w.start || on >= w.end {
						continue
					}
					r := as("W5", duty)
					r.Subject, r.Num, r.Den = v["visit_id"]+"/"+strconv.Itoa(cad.WindowMonths), 0, 0
					if r.Excluded == "" {
						r.Num, r.Den = truth(workdays(on, w.end-1) <= 1), 1
					}
					rows = append(rows, r)
				}
			}
		}
	}
	return rows
}

// countedVisits returns the visits that count (F1) by customer: the first of each day that counts.
func (f *Facts) countedVisits() map[string][]record {
	days := f.validVisits()
	overlaps := f.overlapping()
	all := map[string][]record{}
	visits := slices.Clone(f.feeds["visits"])
	slices.SortFunc(visits, func(a, b record) int {
		return cmp.Or(strings.Compare(a["started_at"], b["started_at"]), strings.Compare(a["visit_id"], b["visit_id"]))
	})
	taken := map[string]bool{}
	for _, v := range visits {
		on := dayOf(v.time("started_at"))
		id := f.survivor(v["customer_id"], on)
		key := id + "/" + strconv.Itoa(on)
		if f.countsForDuty(v) && !overlaps[v["visit_id"]] && slices.Contains(days[id], on) && !taken[key] {
			taken[key] = true
			all[id] = append(all[id], v)
		}
	}
	return all
}

// revenueRows returns the denominators of D1.revenue: "also per 万元 revenue": what every bill asks for, less what corrects it, in its account
// month, for whoever owned the customer at its issue. Its complaints are those of D1.
func (f *Facts) revenueRows() []Row {
	bills, net := map[string]record{}, map[string]int64{}
	for _, b := range f.feeds["bills"] {
		bills[b["bill_id"]] = b
	}
	for id, b := range bills {
		fen := b.int("amount_fen")
		if b["kind"] == "credit_note" && fen > 0 {
			fen = -fen
		}
		ref, ok := bills[b["ref_bill"]]
		if corrects := ok && (b["kind"] == "credit_note" || b["kind"] == "adjust") && (ref["kind"] == "normal" || ref["kind"] == ""); corrects {
			id = b["ref_bill"]
		}
		net[id] += fen
	}
	var rows []Row
	for id, fen := range net {
		b := bills[id]
		if _, corrected := bills[b["ref_bill"]]; !corrected && len(f.notes[id]) > 0 {
			fen = max(fen, 0) // edge 20: "credit note > bill -> bill 0"
		}
		p := f.ownerOn(b["customer_id"], b.day("issued_on"))
		ym := b.month("account_month")
		rows = append(rows, Row{
			KPI: "D1.revenue", Subject: id, Anchor: dayNumber(ym/100, ym%100, 1), Customer: b["customer_id"], Manager: p.manager, Reason: p.reason, Den: fen,
		})
	}
	return rows
}
