package transform

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/kamlens/kamlens/internal/archive"
	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/decision"
	"github.com/kamlens/kamlens/internal/rules"
)

// ruleChangesShown is how many changes of rules a run lists.
const ruleChangesShown = 20

// sayRuleChanges tells which rules of this run differ from those of the run before on days that already have rows, and which
// measures read them: a rule without a date rewrites all open history (R11), which is seldom what was meant.
func (o Options) sayRuleChanges() (err error) {
	f := archive.At(o.Config.Dir("archive"))
	known, err := f.Entries()
	if err != nil {
		return err
	}
	last := -1
	for i, e := range known {
		if e.Run != nil {
			last = i
		}
	}
	if last < 0 {
		return nil
	}
	if s := lastSettings(known[:last]); s == nil || o.ruledBy(*s) {
		return nil
	}
	dir, err := os.MkdirTemp(o.Config.Dir("tmp"), "replay-rules-*") // swept as a replay when this is killed
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	before, _, err := Recall(f, o.Config, known[:last], dir)
	if err != nil {
		return nil //nolint:nilerr // settings of an older program that cannot be read now stop no run
	}
	changes, err := rewriting(before, o)
	if err != nil || len(changes) == 0 {
		return err
	}
	readers, err := ReadersOf(o.Config)
	if err != nil {
		return err
	}
	o.listRuleChanges(readers, changes)
	return nil
}

// ruledBy reports whether the rule files of the run are those of the settings.
func (o Options) ruledBy(s archive.Settings) bool {
	now, err := settingsOf(o.Config, func(data []byte) (string, error) { return archive.Hash(data), nil })
	return err == nil && sameFiles(now.Files, s.Files)
}

// rewriting are the changes between the rules of two configurations that measures read and that begin before the business
// instant. What was decided stands on both sides: a decision has its date.
func rewriting(before config.Config, o Options) ([]rules.Change, error) {
	h, err := decision.Read(decision.Journal(o.Config))
	if err != nil {
		return nil, err
	}
	old, err := rules.Load(before, h.Rules()...)
	if err != nil {
		return nil, nil //nolint:nilerr // nor do rules that were fine then and are not now
	}
	changed, err := rules.Load(o.Config, h.Rules()...)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(rules.Diff(old, changed), func(c rules.Change) bool {
		return len(c.Refs) == 0 || !c.From.Before(civil(o.AsOf))
	}), nil
}

func (o Options) listRuleChanges(readers Readers, changes []rules.Change) {
	say := func(key string, args ...any) { _, _ = fmt.Fprintln(o.Progress, o.Lang.T(key, args...)) }
	say("transform.rules_changed", len(changes))
	for _, c := range changes[:min(ruleChangesShown, len(changes))] {
		from, _ := c.Days()
		if from == "" {
			from = o.Lang.T("transform.rules_always")
		}
		say("transform.rule_changed", c.About.What(o.Lang), c.Old.InWords(o.Lang), c.New.InWords(o.Lang), from, strings.Join(readers.Of(c.Refs...), " "))
	}
	if more := len(changes) - ruleChangesShown; more > 0 {
		say("transform.rules_more", more)
	}
	say("transform.rules_advice")
}
