package main

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/decision"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/store"
	"github.com/kamlens/kamlens/transform"
)

// What cannot be right by what is declared is refused before it is decided; what may be right, or come true later, is
// decided and remarked on.

// decided prints the number of a decision, and says when it takes effect and what of it may not be as it was meant.
func (a *app) decided(c config.Config, d decision.Decision) error {
	if _, err := fmt.Fprintln(a.stdout, d.ID); err != nil {
		return err
	}
	h, err := decision.Read(decision.Journal(c))
	if err != nil {
		return err
	}
	k, _ := decision.KindOf(d.Kind)
	outcome, answers := h.Outcome(d)
	a.say("decision.cli."+string(outcome), d.ID, k.In(a.lang()), d.Subject, strings.Join(answers, ", "))
	book, err := loadRules(c)
	if err != nil {
		return nil //nolint:nilerr // it was decided; what is wrong with the rule files is said by the next run and by rules check
	}
	for _, r := range h.Remarks(d, &book) {
		a.say(r.Key, r.Args...)
	}
	if d.Kind != decision.RuleSet {
		return nil
	}
	readers, err := transform.ReadersOf(c)
	if err != nil {
		return err
	}
	lines, _ := book.Lines()
	for _, i := range idleRules(&book, readers, lines) {
		if i.rule.Decided > 0 && h.All()[i.rule.Decided-1].ID == d.ID {
			a.say(i.key, a.ruleWords(&i.rule), i.rule.File, i.rule.Line)
		}
	}
	return nil
}

// checkTarget refuses a target of a measure that there is not, goals outside of what the measure can be, and goals that do
// not follow each other in the direction that is better. What is no number the desk refuses.
func checkTarget(c config.Config, id string, payload map[string]string) error {
	def, ok, err := transform.DefinitionOf(c, id)
	if err != nil {
		return err
	}
	if !ok {
		readers, err := transform.ReadersOf(c)
		if err != nil {
			return err
		}
		return fault.New(fault.Usage, "kpi.unknown", id, strings.Join(readers.IDs(), " "))
	}
	low, high := def.Range()
	var goals []float64
	var said []string
	for _, column := range []string{"floor", "value", "stretch"} {
		text := strings.TrimSpace(payload[column])
		if text == "" {
			continue
		}
		v, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return nil //nolint:nilerr // the desk says it with the column
		}
		if v < low || v > high {
			return outside(def, column, text, low, high)
		}
		goals, said = append(goals, v), append(said, column+" "+text)
	}
	if !def.InOrder(goals...) {
		return fault.New(fault.Usage, "decision.target_order_"+def.Direction, id, strings.Join(said, ", "))
	}
	return nil
}

// outside says what a measure can be.
func outside(def kpi.Definition, column, value string, low, high float64) error {
	number := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
	switch {
	case def.Unit == kpi.UnitShare:
		return fault.New(fault.Usage, "decision.target_share", def.ID, column, value, number(low), number(high))
	case math.IsInf(high, 1):
		return fault.New(fault.Usage, "decision.target_low", def.ID, column, value, number(low))
	}
	return fault.New(fault.Usage, "decision.target_range", def.ID, column, value, number(low), number(high))
}

// member is one value of a dimension.
type member struct {
	dim kpi.Dim
	id  string
}

// membersOf are the customers, people and units that a decision of kind k is about.
func membersOf(k decision.Kind, subject string, payload map[string]string) []member {
	switch k.About {
	case decision.AboutCustomer:
		return []member{{kpi.ByCustomer, strings.TrimSpace(subject)}}
	case decision.AboutManager:
		return []member{{kpi.ByManager, strings.TrimSpace(subject)}}
	case decision.AboutKPI:
		dim, id, ok := strings.Cut(strings.TrimSpace(payload["scope"]), ":")
		if ok && kpi.Dim(dim) != kpi.ByTier { // tiers are declared
			return []member{{kpi.Dim(dim), id}}
		}
	}
	return nil
}

// strangers are those that the published snapshot does not know; none where nothing is published.
func strangers(ctx context.Context, c config.Config, s *store.Store, list []member) (unknown []member, err error) {
	if len(list) == 0 {
		return nil, nil
	}
	door, err := openDoor(ctx, c, s)
	if fault.KindOf(err) == fault.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for _, m := range list {
		var known bool
		if known, err = door.Known(ctx, m.dim, m.id); err != nil {
			break
		}
		if !known {
			unknown = append(unknown, m)
		}
	}
	if err := door.Close(); err != nil {
		return nil, err
	}
	return unknown, err
}

// sayStrangers points out what may be mistyped, or may only come with a later load.
func (a *app) sayStrangers(unknown []member) {
	for _, m := range unknown {
		a.say("decision.cli.unknown_"+string(m.dim), m.id)
	}
}
