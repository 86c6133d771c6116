package decision

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/feed"
	"github.com/kamlens/kamlens/internal/people"
	"github.com/kamlens/kamlens/internal/rules"
)

// check refuses words that cannot be a decision of kind k and returns the payload in its canonical form.
func (k Kind) check(subject, reason string, payload map[string]string) (map[string]string, error) {
	if strings.TrimSpace(reason) == "" {
		return nil, fault.New(fault.Usage, "decision.no_reason")
	}
	subject = strings.TrimSpace(subject)
	if subject == "" {
		return nil, fault.New(fault.Usage, "decision.no_subject", k.Name)
	}
	if k.About == AboutPeriod {
		if _, err := calendar.ParsePeriod(subject); err != nil {
			return nil, err
		}
	}
	for _, s := range append([]string{subject, reason}, slices.Collect(maps.Values(payload))...) {
		if err := CheckText(s); err != nil {
			return nil, err
		}
	}
	clean := map[string]string{}
	for column, value := range payload {
		if value = strings.TrimSpace(value); value != "" {
			clean[column] = value
		}
	}
	if _, given := clean[answersColumn]; given && len(k.Answers) == 0 {
		return nil, fault.New(fault.Usage, "decision.answers_nothing", k.Name)
	}
	if k.Name == RuleSet {
		return clean, nil // its columns are those of a rule file, which the rules read
	}
	if err := k.known(clean); err != nil {
		return nil, err
	}
	for _, c := range k.Columns {
		value, given := clean[c.Name]
		if !given && c.Required {
			return nil, fault.New(fault.Usage, "decision.column_missing", k.Name, c.Name, k.ColumnNames())
		}
		if !given {
			continue
		}
		good, expected := canonical(c, value)
		if expected != "" {
			return nil, fault.New(fault.Usage, "decision.column_bad", c.Name, value, expected)
		}
		clean[c.Name] = good
	}
	return clean, k.checkMeaning(clean)
}

// CheckText refuses text that not every file and every table takes as it is: for what is done before it is recorded.
func CheckText(s string) error {
	odd := func(r rune) bool { return r == utf8.RuneError || unicode.IsControl(r) }
	if len(s) > 4000 || len(s) >= 3 && strings.Trim(s, "#") == "" || strings.ContainsFunc(s, odd) {
		return fault.New(fault.Usage, "decision.not_plain", s)
	}
	return nil
}

// known refuses columns that the kind does not have.
func (k Kind) known(payload map[string]string) error {
	for column := range payload {
		if column != answersColumn && !slices.ContainsFunc(k.Columns, func(c feed.Column) bool { return c.Name == column }) {
			return fault.New(fault.Usage, "decision.column_unknown", k.Name, column, k.ColumnNames())
		}
	}
	return nil
}

// ColumnNames lists the columns of a payload, those that must be given with a mark.
func (k Kind) ColumnNames() string {
	var list []string
	for _, c := range k.Columns {
		name := c.Name
		if c.Required {
			name += "*"
		}
		list = append(list, name)
	}
	if k.Name == RuleSet {
		return "from*, document*, heading*, quote*, …"
	}
	if len(list) == 0 {
		return "-"
	}
	return strings.Join(list, ", ")
}

var (
	decimalOK = regexp.MustCompile(`^-?\d{1,14}(\.\d{1,4})?$`)
	// partsOK is the form that sql/staging/stg_tier_inputs.sql reads.
	partsOK = regexp.MustCompile(`^((sites|bespoke|integration) *[=: ] *\d{1,6}|manual *[=: ] *[+-]?\d{1,3})( *[;,] *((sites|bespoke|integration) *[=: ] *\d{1,6}|manual *[=: ] *[+-]?\d{1,3}))*$`)
	scopeOK = regexp.MustCompile(`^(company|(manager|team|region|tier):.+)$`)
)

// canonical returns a value as the feed's column stores it; expected is what was wanted where it cannot be read.
func canonical(c feed.Column, s string) (value, expected string) {
	switch c.Type {
	case feed.Date:
		if t, err := time.Parse(time.DateOnly, s); err != nil || t.Year() < 1900 || t.Year() > 2199 {
			return "", "2026-10-31"
		}
	case feed.Decimal:
		if !decimalOK.MatchString(s) {
			return "", "0.95"
		}
	case feed.Int:
		if _, err := strconv.ParseInt(s, 10, 64); err != nil {
			return "", "12"
		}
	case feed.Enum:
		code, ok := c.Code(s)
		if !ok {
			var codes []string
			for _, v := range c.Values {
				codes = append(codes, v.Code)
			}
			return "", strings.Join(codes, ", ")
		}
		return code, ""
	case feed.Time:
		for _, layout := range []string{time.DateTime, "2006-01-02 15:04", time.DateOnly} {
			if t, err := time.Parse(layout, s); err == nil && t.Year() >= 1900 && t.Year() <= 2199 {
				return t.Format(time.DateTime), ""
			}
		}
		return "", "2026-10-31 08:30:00"
	case feed.Quarter:
		if p, err := calendar.ParsePeriod(s); err != nil || p.Kind != calendar.Quarter {
			return "", "2026-Q3"
		}
	case feed.ID, feed.Text: // as they are
	default:
		return "", string(c.Type)
	}
	return s, ""
}

// checkMeaning refuses values that are readable and stand for nothing.
func (k Kind) checkMeaning(payload map[string]string) error {
	switch k.Name {
	case TargetSet:
		if payload["period"] != "*" {
			if _, err := calendar.ParsePeriod(payload["period"]); err != nil {
				return err
			}
		}
		if !scopeOK.MatchString(payload["scope"]) {
			return fault.New(fault.Usage, "decision.column_bad", "scope", payload["scope"], "company, manager:M001, team:…, region:…, tier:1")
		}
		if tier, ok := strings.CutPrefix(payload["scope"], "tier:"); ok {
			if codes, known := isTier(tier); !known {
				return fault.New(fault.Usage, "decision.column_bad", "scope", payload["scope"], codes)
			}
		}
	case dutyWaive:
		if payload["window_end"] < payload["window_start"] {
			return fault.New(fault.Usage, "decision.column_bad", "window_end", payload["window_end"], "≥ "+payload["window_start"])
		}
	case TierInput:
		if !partsOK.MatchString(payload["parts"]) {
			return fault.New(fault.Usage, "decision.column_bad", "parts", payload["parts"], "sites 3; bespoke 1; integration 2; manual -5")
		}
	case RowDispute:
		if (payload["claim"] == ClaimWrongOwner) != (payload["owner"] != "") {
			return fault.New(fault.Usage, "decision.owner_of_claim")
		}
	}
	return nil
}

// isTier reports whether s is the code of a tier, and lists how a scope names those there are.
func isTier(s string) (scopes string, ok bool) {
	f, _ := feed.Get("tier_history")
	c, _ := f.Column("tier")
	var list []string
	for _, v := range c.Values {
		list = append(list, "tier:"+v.Code)
	}
	return strings.Join(list, ", "), slices.Contains(list, "tier:"+s)
}

// admit refuses d where the decisions there are, or a closed period, stand against it; it finds the one that d answers.
func (d Desk) admit(h History, k Kind, made *Decision) error {
	if k.Name == Withdraw {
		return h.mayWithdraw(*made)
	}
	if len(k.Answers) > 0 {
		if err := h.settle(k, made); err != nil {
			return err
		}
	}
	if k.Single {
		if err := h.none(*made); err != nil {
			return err
		}
	}
	if k.About == AboutSheet {
		if err := h.aboutSheet(made); err != nil {
			return err
		}
	}
	if k.Name == SampleDraw {
		return h.lastDraw(*made)
	}
	if k.Name == RuleSet {
		next := NewHistory(append(h.All(), *made))
		_, err := rules.Load(d.config, next.Rules()...)
		return err
	}
	return d.inTime(h, k, *made)
}

// settle finds the decision that made answers, and refuses one that is not there, is answered, or is of the same person.
func (h History) settle(k Kind, made *Decision) error {
	id := made.Answers()
	if id == "" {
		var open []string
		for _, d := range h.all {
			if d.Subject == made.Subject && slices.Contains(k.Answers, d.Kind) && h.unanswered(d) {
				open = append(open, d.ID)
			}
		}
		if len(open) != 1 {
			return notOne(k, made.Subject, open)
		}
		id = open[0]
		made.Payload[answersColumn] = id
	}
	before, ok := h.Get(id)
	switch {
	case !ok:
		return fault.New(fault.Usage, "decision.unknown", id)
	case !slices.Contains(k.Answers, before.Kind) || before.Subject != made.Subject:
		return fault.New(fault.Usage, "decision.answers_other", id, before.Kind, before.Subject, k.Name, made.Subject)
	case h.WithdrawnBy(id) != "":
		return fault.New(fault.Refused, "decision.withdrawn", id, h.WithdrawnBy(id))
	case h.AnsweredBy(id) != "":
		return fault.New(fault.Refused, "decision.answered", id, h.AnsweredBy(id))
	}
	for _, earlier := range h.Chain(before) {
		e, _ := KindOf(earlier.Kind)
		if !k.Follows && !k.Records && !e.Records && strings.EqualFold(earlier.By, made.By) {
			return fault.New(fault.Refused, "decision.same_person", made.By, earlier.ID, earlier.Kind)
		}
	}
	return nil
}

func notOne(k Kind, subject string, open []string) error {
	if len(open) == 0 {
		return fault.New(fault.Refused, "decision.nothing_open", k.Name, subject, strings.Join(k.Answers, ", "))
	}
	return fault.New(fault.Usage, "decision.which", subject, strings.Join(open, ", "))
}

// none refuses a second decision that begins something about a subject, while the first is under way or, of a dispute,
// was upheld.
func (h History) none(made Decision) error {
	for _, d := range h.all {
		if d.Kind != made.Kind || d.Subject != made.Subject || h.WithdrawnBy(d.ID) != "" {
			continue
		}
		last := d
		for h.AnsweredBy(last.ID) != "" {
			last, _ = h.Get(h.AnsweredBy(last.ID))
		}
		if h.Open(last) {
			return fault.New(fault.Refused, "decision.under_way", made.Subject, last.ID)
		}
		if last.Kind == RowUphold {
			return fault.New(fault.Refused, "decision.upheld", made.Subject, last.ID)
		}
	}
	return nil
}

// mayWithdraw refuses to take back what is taken back already, what others have built on, and what somebody else only
// asked for.
func (h History) mayWithdraw(made Decision) error {
	target, ok := h.Get(made.Subject)
	if !ok {
		return fault.New(fault.Usage, "decision.unknown", made.Subject)
	}
	if by := h.WithdrawnBy(target.ID); by != "" {
		return fault.New(fault.Refused, "decision.withdrawn", target.ID, by)
	}
	if by := h.AnsweredBy(target.ID); by != "" {
		return h.builtOn(target, by)
	}
	if h.Open(target) && !strings.EqualFold(target.By, made.By) {
		return fault.New(fault.Refused, "decision.not_yours", target.ID, target.By)
	}
	return nil
}

// builtOn says what stands against withdrawing a decision that was answered, and what is possible.
func (h History) builtOn(target Decision, by string) error {
	answer, _ := h.Get(by)
	k, _ := KindOf(answer.Kind)
	if k.Final {
		return fault.New(fault.Refused, "decision.carried_out", target.ID, by, answer.Kind)
	}
	return fault.New(fault.Refused, "decision.built_on", target.ID, by, answer.Kind, people.Signature(answer.By, answer.ByName), string(k.Verb), target.By)
}

// inTime refuses a decision that would take effect in a closed month or where tiers come from files, or is about a closed
// period.
func (d Desk) inTime(h History, k Kind, made Decision) error {
	if k.Day == "" && k.Period == "" {
		return nil
	}
	closed, err := Closed(d.config)
	if err != nil {
		return err
	}
	day := said(h.Chain(made), k.Day)
	if k.Day == effectiveFrom && d.config.TieringBy(day) != config.Own {
		return fault.New(fault.Refused, "decision.tiering_external", day)
	}
	for _, p := range closed {
		if k.Period != "" && made.Payload[k.Period] == p.String() {
			return fault.New(fault.Refused, "decision.closed", k.Period, p.String(), p.String())
		}
		if p.Start.Format(time.DateOnly) <= day && day < p.End.Format(time.DateOnly) {
			return fault.New(fault.Refused, "decision.closed", k.Day, day, p.String())
		}
	}
	return nil
}

// names lists kinds that decide makes.
func names(list []Kind) string {
	var out []string
	for _, k := range list {
		out = append(out, k.Name)
	}
	return strings.Join(out, ", ")
}
