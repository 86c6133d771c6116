package oracle

import (
	"math"
	"strconv"
)

// invoice is a bill with what corrects it.
type invoice struct {
	b        record
	id       string
	customer string
	due      int // the agreed date, else the due date (I1: "agreed instalments (moved to the agreed date)")
}

// invoices returns the bills that ask for money. Credit notes and adjustments of another bill net against it; "ICT and project
// receivables: separate line".
func (f *Facts) invoices() []invoice {
	var all []invoice
	for _, b := range f.feeds["bills"] {
		if b["kind"] != "normal" && b["kind"] != "" && b["ref_bill"] != "" || b["kind"] == "credit_note" || b.int("amount_fen") <= 0 {
			continue
		}
		v := invoice{b: b, id: b["bill_id"], customer: b["customer_id"], due: b.day("due_on")}
		if b["agreed_due_on"] != "" {
			v.due = b.day("agreed_due_on")
		}
		all = append(all, v)
	}
	return all
}

// net is the amount after the credit notes issued by a day. Edge 20: "Credit note > bill -> bill 0".
func (f *Facts) net(v invoice, by int) int64 {
	fen := v.b.int("amount_fen")
	for _, n := range f.notes[v.id] {
		if n.day("issued_on") <= by {
			fen += n.int("amount_fen")
		}
	}
	return max(fen, 0)
}

// asked is the net amount of an invoice on a day, nothing before its issue.
func (f *Facts) asked(v invoice, d int) int64 {
	if v.b.day("issued_on") > d {
		return 0
	}
	return f.net(v, d)
}

// cash is what was paid by a day and not reversed by another.
func (f *Facts) cash(v invoice, by, unreversed int) int64 {
	var fen int64
	for _, p := range f.paid[v.id] {
		if p.day("paid_on") <= by && (p["reversed_on"] == "" || reversedOn(p) > unreversed) {
			fen += p.int("amount_fen")
		}
	}
	return fen
}

// reversedOn is the day on which a payment was reversed: not before it was made.
func reversedOn(p record) int { return max(p.day("reversed_on"), p.day("paid_on")) }

// written is what was written off by a day.
func (f *Facts) written(v invoice, by int) int64 {
	var fen int64
	for _, w := range f.writeoffs[v.id] {
		if w.day("on") <= by {
			fen += w.int("amount_fen")
		}
	}
	return fen
}

// balance is what is open at the end of a day.
func (f *Facts) balance(v invoice, d int) int64 {
	if v.b.day("issued_on") > d {
		return 0
	}
	return max(f.net(v, d)-f.cash(v, d, d)-f.written(v, d), 0)
}

// disputed reports whether a registered dispute is open on a day.
func (v invoice) disputed(d int) bool {
	return v.b["disputed_from"] != "" && v.b.day("disputed_from") <= d && (v.b["disputed_to"] == "" || d < v.b.day("disputed_to"))
}

// undisputed is the balance that no open dispute is about (3.1: always excluded: "disputed while open").
func (f *Facts) undisputed(v invoice, d int) int64 {
	if v.disputed(d) {
		return 0
	}
	return f.balance(v, d)
}

// maturity is the last day on which a month's rows may change: "A month closes on the later of working day N and W calendar days
// after its end" (R12).
func (f *Facts) maturity(d int) int {
	if !f.Rules.has("close_working_day") && !f.Rules.has("close_calendar_days") {
		return math.MaxInt // nothing says when: never
	}
	t := firstOfMonth(d).AddDate(0, 1, 0)
	end := int(t.Unix()/day) - 1
	worked := end
	for n := f.Rules.or("close_working_day", 0); n > 0; {
		if worked++; isWorkday(worked) {
			n--
		}
	}
	return max(worked, end+f.Rules.or("close_calendar_days", 0))
}

// arrearsRows returns I1 to I5.
func (f *Facts) arrearsRows() []Row {
	var rows []Row
	all := f.invoices()
	for _, v := range all {
		rows = append(rows, f.currentRow(v)...)
	}
	for _, kind := range kinds() {
		for _, p := range periods(kind, f.historyStart(), dayOf(f.AsOf)) {
			for _, v := range all {
				rows = append(rows, f.openingRow(v, p)...)
			}
		}
	}
	rows = append(rows, f.efficiencyRows(all)...)
	rows = append(rows, f.agedRows(all)...)
	return append(rows, f.dunningRows()...)
}

// grace is the last day on which a bill is paid in time. Edge 22: "Bill due on a holiday -> grace moves to next working day (config)".
func (f *Facts) grace(due int) int {
	last := due + f.Rules.or("collection_grace_days", 0)
	for f.Rules.or("collection_grace_rolls", 0) == 1 && !isWorkday(last) {
		last++
	}
	return last
}

// currentRow returns I1: "N: cash applied by due_on+grace to invoices due in the period; D: amounts due in the period after credit notes
// dated on or before due date"; 3.1c: "cash applied and unreversed when the due month's maturity ends".
func (f *Facts) currentRow(v invoice) []Row {
	if int64(f.grace(v.due)+1)*day > f.AsOf {
		return nil
	}
	p := f.ownerOn(v.customer, v.due)
	r := Row{KPI: "I1", Subject: v.id, Customer: v.customer, Anchor: v.due, Manager: p.manager, Reason: p.reason}
	switch {
	case v.b.is("project"):
		r.Excluded = "project"
	case !f.Rules.has("collection_grace_days"):
		r.Excluded = "rule_unset"
	case v.disputed(f.grace(v.due)):
		r.Excluded = "in_dispute"
	case f.net(v, v.due) == 0:
		r.Excluded = "nothing_due"
	default:
		grace := f.grace(v.due)
		r.Den = f.net(v, v.due)
		by := min(grace, dayOf(f.AsOf-1))
		r.Num = min(f.cash(v, by, min(f.maturity(v.due), dayOf(f.AsOf-1))), r.Den)
		if r.Num < r.Den { // 1.18: transfer protection is for loss rows
			p = f.heldBefore(v.customer, v.due)
			r.Manager, r.Reason = p.manager, p.reason
		}
	}
	return []Row{r}
}

// openingRow returns I2 of an invoice that was overdue when a period began: "cash in the period on invoices already overdue at period
// start / overdue balance at start". "New owner is measured only from hand-over+30 d".
func (f *Facts) openingRow(v invoice, p period) []Row {
	if v.due >= p.start || v.b.is("project") {
		return nil
	}
	open := f.balance(v, p.start-1)
	if open == 0 {
		return nil
	}
	who := f.heldBefore(v.customer, p.start)
	r := Row{KPI: "I2", Subject: v.id, Kind: p.kind, Customer: v.customer, Anchor: p.start, Manager: who.manager, Reason: who.reason}
	if v.disputed(p.start - 1) { // as of the day of the balance
		r.Excluded = "in_dispute"
		return []Row{r}
	}
	for _, x := range f.paid[v.id] {
		if d := x.day("paid_on"); d >= p.start && d < p.end && f.written(v, d) == 0 {
			r.Num += x.int("amount_fen")
		}
		if d := reversedOn(x); x["reversed_on"] != "" && d >= p.start && d < p.end {
			r.Num -= x.int("amount_fen")
		}
	}
	r.Num, r.Den = min(r.Num, open), open // edge 21: a reversal counts in its month
	return []Row{r}
}

// efficiencyRows returns I3 by customer and period of N months: (opening AR + sales/N - closing total AR) / (opening AR + sales/N -
// closing current AR), both times N. Sales are by how much what is asked for grew, so that a correction is no collection, and a bill whose
// dispute is open at the end is left out of every term, so that a dispute is none.
func (f *Facts) efficiencyRows(all []invoice) []Row {
	var rows []Row
	for n, kind := range map[int64]string{1: "month", 3: "quarter", 6: "half", 12: "year"} {
		for _, p := range periods(kind, f.historyStart(), dayOf(f.AsOf)) {
			sums := map[string]Row{}
			for _, v := range all {
				if v.b.is("project") || v.disputed(p.end-1) {
					continue
				}
				r := sums[v.customer]
				opening, closing := n*f.balance(v, p.start-1), n*f.balance(v, p.end-1)
				opening += f.asked(v, p.end-1) - f.asked(v, p.start-1)
				r.Num += opening - closing
				r.Den += opening
				if v.due >= p.end {
					r.Den -= closing
				}
				sums[v.customer] = r
			}
			for customer, r := range sums {
				r.KPI, r.Subject, r.Kind, r.Anchor, r.Customer, r.Reason = "I3", customer, kind, p.start, customer, "team_only"
				rows = append(rows, r)
			}
		}
	}
	return rows
}

// yearMonth is the month of a day as YYYYMM.
func yearMonth(d int) int {
	t := date(d)
	return t.Year()*100 + int(t.Month())
}

// agedDays: I4: ">90 d receivable".
const agedDays = 90

// agedRows returns I4 at the end of every month: what has been overdue for more than 90 days, and what the twelve months
// to it were billed (3.21 leaves the month or the year open).
func (f *Facts) agedRows(all []invoice) []Row {
	var rows []Row
	for _, p := range periods("month", f.historyStart(), dayOf(f.AsOf)) {
		d := p.end - 1
		sums := map[string]Row{}
		for _, v := range all {
			if v.b.is("project") {
				continue
			}
			r := sums[v.customer]
			if d-v.due > agedDays {
				r.Num += f.undisputed(v, d)
			}
			last := yearMonth(d)
			if v.b.month("account_month") <= last && v.b.month("account_month") > last-100 {
				r.Den += f.net(v, d)
			}
			sums[v.customer] = r
		}
		for customer, r := range sums {
			who := f.ownerOn(customer, d)
			r.KPI, r.Subject, r.Kind, r.Anchor, r.Customer, r.Manager, r.Reason = "I4", customer, "month", d, customer, who.manager, who.reason
			if f.monthsBefore(p.end) < 12 {
				r.Num, r.Den, r.Excluded = 0, 0, "no_history"
			}
			rows = append(rows, r)
		}
	}
	return rows
}

// dunningRows returns I5: "each overdue invoice owes steps at D+1/D+7/D+30 (config); N steps done on time; excludes invoices paid
// before the step".
func (f *Facts) dunningRows() []Row {
	done, customers := map[string]int{}, map[string]string{}
	var rows []Row
	for _, v := range f.invoices() {
		customers[v.id] = v.customer
	}
	for _, d := range f.feeds["dunning"] {
		done[d["bill_id"]+"/"+d["step"]] = d.day("done_on")
		if on := d.day("due_on"); !f.Rules.has("dunning_step_"+d["step"]+"_days") && int64(on+1)*day <= f.AsOf { // nothing says when it was owed
			who := f.ownerOn(customers[d["bill_id"]], on)
			rows = append(rows, Row{
				KPI: "I5", Subject: d["bill_id"] + "/" + d["step"], Customer: customers[d["bill_id"]], Anchor: on,
				Manager: who.manager, Reason: who.reason, Excluded: "rule_unset",
			})
		}
	}
	for _, v := range f.invoices() {
		for step := 1; step <= 3; step++ {
			name := "dunning_step_" + strconv.Itoa(step) + "_days"
			if !f.Rules.has(name) {
				continue
			}
			due := v.due + f.Rules.param(name)
			if f.balance(v, due-1) == 0 || due == v.due && f.balance(v, due) == 0 { // "each overdue invoice": what is paid on its last day never was
				continue
			}
			excluded := ""
			switch {
			case int64(due+1)*day > f.AsOf:
				continue
			case v.b.is("project"):
				excluded = "project"
			case v.disputed(due):
				excluded = "in_dispute"
			}
			subject := v.id + "/" + strconv.Itoa(step)
			rows = append(rows, f.byDay("I5", subject, v.customer, due, done[subject], done[subject] != 0, excluded)...)
		}
	}
	return rows
}
