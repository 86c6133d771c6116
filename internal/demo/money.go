package demo

import "math"

// service is one product a customer has.
type service struct {
	n        int // within the customer
	product  string
	from, to int // first day; day on which it ended, 0 = running
	fen      int64
}

// planServices draws the services: at least one for as long as the customer is one.
func (co *company) planServices(c *customer) {
	r := newRNG(co.Seed, streamServices, c.i)
	n := 1 + r.poisson(min(6, 1.2*c.size))
	for k := range n {
		s := service{n: k + 1, product: one(r, products()), from: c.since}
		s.fen = int64(math.Round(30000*math.Pow(c.size, 0.8)*math.Exp(r.NormFloat64()*0.5))) / 100 * 100
		if k > 0 && r.chance(0.25) {
			s.from = max(c.since, co.start.day()+r.between(-200, co.end.day()-co.start.day()-1))
		}
		if k > 0 && r.chance(0.12) {
			s.to = s.from + r.between(60, 900)
		}
		if c.ended > 0 && (s.to == 0 || s.to > c.ended) {
			s.to = c.ended
		}
		if s.to == 0 || s.to > s.from {
			c.services = append(c.services, s)
		}
	}
}

func (co *company) serviceRows(out *chunk, c *customer) {
	for _, s := range c.services {
		if dayStart(s.from) >= co.end {
			continue
		}
		r := out.row("services", 0)
		r.raw("V", 9, (c.i+1)*1000+s.n).s(c.id).s(s.product).on(s.from).on(s.to).n(s.fen).s([]string{"A", "B", "C"}[s.n%3])
		if s.n%3 == 1 && c.size > 2 {
			r.dueOn(co.end.day() + 100 + c.i%90)
		} else {
			r.none(1)
		}
		r.end()
	}
}

// bill is one bill; amounts of credit notes are negative.
type bill struct {
	n, ym             int
	issued, due       int
	fen               int64
	kind              string
	ref               int
	recurring, projct bool
	agreed            int
	from, to          int // in dispute
}

// dueAfter is how many days after its issue a bill is due.
const dueAfter = 28

// revenue returns what the running services of a month cost.
func (c *customer) revenue(m month) int64 {
	var fen int64
	for _, s := range c.services {
		if s.from < m.end-5 && (s.to == 0 || s.to > m.start+5) {
			fen += s.fen
		}
	}
	return fen
}

// silent reports whether the customer is billed nothing in a month because of its fate.
func (c *customer) silent(m month) bool {
	switch c.fate {
	case quiet:
		return m.end > c.fateOn
	case paused:
		return m.end > c.fateOn && m.start <= c.fateOn+31
	}
	return false
}

// billRows writes the bills of a customer and what became of them. Bills of an account month are issued on its 27th.
func (co *company) billRows(out *chunk, c *customer) {
	r := newRNG(co.Seed, streamBills, c.i)
	late := logistic(r.NormFloat64() - 2.6) // how often this customer pays late
	level := 1.0
	for i, m := range co.months {
		level *= 1 + 0.012*r.NormFloat64()
		fen := int64(math.Round(float64(c.revenue(m)) * level * (1 + 0.03*r.NormFloat64())))
		b := bill{n: i, ym: m.ym, issued: m.start + 26, due: m.start + 26 + dueAfter, fen: fen, kind: "normal", recurring: true}
		if c.silent(m) {
			if b.fen = 0; c.i%2 == 0 {
				continue
			}
		} else if fen <= 0 || !c.activeOn(m.start+5) {
			continue
		}
		co.dispute(r, &b)
		co.settle(out, r, c, b, late)
		if r.chance(0.02) && fen > 0 {
			once := bill{n: 200 + i, ym: m.ym, issued: b.issued, due: b.due, fen: fen/2 + 100, kind: "normal", projct: r.chance(0.4)}
			co.settle(out, r, c, once, late)
		}
		if r.chance(0.015) && fen > 0 {
			co.credit(out, r, c, b)
		}
	}
}

func (co *company) dispute(r rng, b *bill) {
	switch x := r.Float64(); {
	case x < 0.006:
		b.from = b.issued + r.between(3, 20)
		b.to = b.from + r.between(5, 60)
	case x < 0.012:
		b.agreed = b.due + r.between(15, 60)
	}
}

// credit corrects a bill later on, now and then by more than it was.
func (co *company) credit(out *chunk, r rng, c *customer, b bill) {
	share := 0.1 + 0.6*r.Float64()
	if r.chance(0.08) {
		share = 1.2
	}
	issued := b.issued + r.between(1, 50)
	y, m, _ := dateOf(issued)
	note := bill{
		n: 600 + b.n, ym: y*100 + m, issued: issued, due: issued, fen: -int64(float64(b.fen) * share), kind: "credit_note",
		ref: b.n + 1, recurring: true,
	}
	if r.chance(0.1) {
		note.kind = "adjust"
	}
	if note.fen != 0 && co.billRow(out, c, note) {
		out.plant("credit_note", billText(c, note.n), billText(c, b.n))
	}
}

func billNumber(c *customer, n int) int    { return (c.i+1)*1000 + n }
func billText(c *customer, n int) string   { return string(appendID(nil, "B", 9, billNumber(c, n))) }
func (co *company) past(d int) bool        { return dayStart(d) < co.end }
func payNumber(c *customer, n, k int) int  { return billNumber(c, n)*10 + k }
func payText(c *customer, n, k int) string { return string(appendID(nil, "Y", 10, payNumber(c, n, k))) }

// billRow writes a bill; false when it lies after the last month.
func (co *company) billRow(out *chunk, c *customer, b bill) bool {
	if !co.past(b.issued) {
		return false
	}
	r := out.row("bills", dayStart(b.issued))
	r.raw("B", 9, billNumber(c, b.n)).s(c.id).ym(b.ym).dueOn(b.issued).dueOn(b.due).n(b.fen).code(b.kind)
	if b.ref > 0 {
		r.raw("B", 9, billNumber(c, b.ref-1))
	} else {
		r.none(1)
	}
	r.flag(b.recurring).flag(b.projct).dueOn(b.agreed).on(b.from).on(b.to).end()
	return true
}

// settle writes a bill with its payments, reminders and write-off.
func (co *company) settle(out *chunk, r rng, c *customer, b bill, late float64) {
	if !co.billRow(out, c, b) || b.fen <= 0 {
		return
	}
	target := b.due
	if b.agreed > 0 {
		target = b.agreed
	}
	paid := target - r.between(0, 20)
	switch x := r.Float64(); {
	case x < 0.01 || (c.fate == suspended && b.issued > c.fateOn):
		paid = 0
	case x < 0.01+late:
		paid = target + int(r.delay(12, 0.7, 0))
	}
	co.dunningRows(out, r, c, b, paid)
	if paid == 0 {
		if on := b.due + 120; r.chance(0.5) && co.past(on) {
			out.row("writeoffs", dayStart(on)).raw("X", 9, billNumber(c, b.n)).s(billText(c, b.n)).dueOn(on).n(b.fen).end()
		}
		return
	}
	switch x := r.Float64(); {
	case x < 0.03: // in two parts
		co.payRow(out, c, b, 1, paid, b.fen/3, 0)
		co.payRow(out, c, b, 2, paid+r.between(3, 40), b.fen-b.fen/3, 0)
	case x < 0.034: // bounced, and paid again
		back := paid + r.between(2, 40)
		co.payRow(out, c, b, 1, paid, b.fen, back)
		co.payRow(out, c, b, 2, back+r.between(1, 30), b.fen, 0)
		if co.past(back) {
			out.plant("payment_reversed", payText(c, b.n, 1), dateText(back))
		}
	case x < 0.037:
		co.payRow(out, c, b, 1, paid, b.fen+5000, 0)
	default:
		co.payRow(out, c, b, 1, paid, b.fen, 0)
	}
}

// payRow writes a payment, and again when it is reversed in a later file's months.
func (co *company) payRow(out *chunk, c *customer, b bill, k, paid int, fen int64, reversed int) {
	t, ok := co.tables["payments"]
	if !ok || !co.past(paid) {
		return
	}
	home := co.spanOf(dayStart(paid))
	for s := home; s < len(co.spans); s++ {
		if at := dayStart(reversed); s != home && (reversed == 0 || at < co.spans[s].start || at >= co.spans[s].end) {
			continue
		}
		r := out.rowIn(t, s)
		last := dayStart(paid)
		if reversed > 0 && dayStart(reversed) < r.cut {
			last = dayStart(reversed)
		}
		r.raw("Y", 10, payNumber(c, b.n, k)).raw("B", 9, billNumber(c, b.n)).dueOn(paid).n(fen).on(reversed).when(last).end()
	}
}

// dunningRows writes the reminders that an unpaid bill leads to.
func (co *company) dunningRows(out *chunk, r rng, c *customer, b bill, paid int) {
	for step, after := range []int{1, 7, 30} {
		on := b.due + after
		if (paid > 0 && paid < on) || !co.past(on) {
			return
		}
		w := out.row("dunning", dayStart(on))
		w.raw("B", 9, billNumber(c, b.n)).n(int64(step + 1)).dueOn(on)
		if r.chance(0.85) {
			if r.chance(0.12) {
				on += r.between(1, 3)
			}
			w.on(on)
		} else {
			w.none(1)
		}
		w.end()
	}
}
