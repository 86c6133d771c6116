package oracle

// spell is a stretch of days on which a customer is active: [from, known) by what is known, lost on the day left (0 while it goes on).
type spell struct {
	from, known, left int
	why               string
}

// spells returns the stretches of a customer that reach into the history, up to a day. It was active before the history began for as long as its
// services ran.
func (f *Facts) spells(c record, until int) []spell {
	id := c["customer_id"]
	merged := 1 << 40
	if c["merged_into"] != "" {
		merged = dayOf(c.time("merged_at"))
	}
	isOne := func(d int) bool { return d < merged && f.hasService(id, d) && !f.zeroChurned(id, d) }
	var all []spell
	on := false
	for d := f.historyStart(); d <= until; d++ {
		switch now := isOne(d); {
		case now && !on:
			s := spell{from: d}
			for d == f.historyStart() && isOne(s.from-1) {
				s.from--
			}
			all = append(all, s)
			on = true
		case !now && on:
			s := &all[len(all)-1]
			s.known, s.left = d, d
			switch {
			case d >= merged:
				s.why = "merged"
			case c["status"] == "moved_out" && !f.hasService(id, d):
				s.why = "moved_out"
			case f.hasService(id, d): // G4: "event date = first zero month", recognised later
				s.left, _ = f.lostOn(c, d)
			}
			on = false
		}
	}
	return all
}

// survivalRows returns G4.survival at the end of every month: of each customer's stretch how many days after it came it is still there (value), or
// was lost (num). "KM uses the event date"; "left truncation for customers already served when data start"; "right-censor at as-of".
func (f *Facts) survivalRows() []Row {
	var rows []Row
	for _, c := range f.feeds["customers"] {
		all := f.spells(c, dayOf(f.AsOf))
		if len(all) == 0 {
			continue
		}
		came := all[0].from
		if c["first_active_on"] != "" {
			came = min(came, c.day("first_active_on"))
		}
		for _, p := range periods("month", f.historyStart(), dayOf(f.AsOf)) {
			for _, s := range all {
				if s.from < p.end {
					rows = append(rows, f.survivalRow(c, p, s, came))
				}
			}
		}
	}
	return rows
}

// survivalRow is what was known of a stretch at the end of a month.
func (f *Facts) survivalRow(c record, p period, s spell, came int) Row {
	id, over := c["customer_id"], s.known != 0 && s.known <= p.end
	who := f.ownerOn(id, p.end-1)
	if over {
		who = f.ownerOn(id, s.left-1)
	}
	r := Row{
		KPI: "G4.survival", Subject: id + "/" + date(s.from).Format("2006-01-02"), Kind: "month", Anchor: p.end - 1, Customer: id,
		Manager: who.manager, Reason: who.reason,
	}
	switch {
	case over && s.why == "moved_out":
		r.Excluded = "moved_out"
	case c["split_from"] != "":
		r.Excluded = "split"
	case over:
		r.Num, r.Den, r.Value = truth(s.why != "merged"), 1, int64(s.left-came)
	default:
		r.Den, r.Value = 1, int64(p.end-came)
	}
	return r
}
