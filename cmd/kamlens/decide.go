package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/decision"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/store"
	"github.com/kamlens/kamlens/transform"
)

// decideFlags are the flags of decide.
type decideFlags struct {
	identity
	reason, answers string
	set             []string
}

func newDecideCommand(a *app) *cobra.Command {
	f := decideFlags{}
	c := &cobra.Command{
		Use:   "decide KIND SUBJECT",
		Short: "作出裁定 · decide on a tier, a target, a waiver, a breach, a rule; kamlens decisions kinds lists what can be decided",
		Args:  cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.decide(cmd.Context(), f, args[0], args[1])
		},
	}
	flags := c.Flags()
	flags.StringVar(&f.reason, "reason", "", "理由，必写 · why; must be given")
	flags.StringArrayVar(&f.set, "set", nil, "内容，可写多次：栏=值 · what is decided, as column=value; may be given again")
	flags.StringVar(&f.answers, "answers", "", "回应哪一项裁定；只有一项待处理时可省 · the decision it answers; may be left out when only one waits")
	f.add(flags)
	return c
}

// decide makes a decision as the person whom the command line names.
func (a *app) decide(ctx context.Context, f decideFlags, kind, subject string) error {
	payload, err := assignments(f.set)
	if err != nil {
		return err
	}
	if f.answers != "" {
		payload["answers"] = f.answers
	}
	k, ok := decision.KindOf(kind)
	if ok && k.Command != "" {
		return fault.New(fault.Usage, "decision.cli.command", kind, k.Command)
	}
	return a.withActor(ctx, f.identity, func(c config.Config, _ *store.Store, who actor) error {
		if k.About == decision.AboutKPI {
			if subject, err = knownKPI(c, subject); err != nil {
				return err
			}
		}
		d, err := a.desk(c, who).Decide(ctx, who.Person, kind, subject, f.reason, payload)
		if err != nil {
			return err
		}
		return a.decided(d)
	})
}

// desk is where who decides.
func (a *app) desk(c config.Config, who actor) decision.Desk {
	return decision.NewDesk(c, who.people, a.now)
}

// decided prints the number of a decision, and says when it takes effect.
func (a *app) decided(d decision.Decision) error {
	if _, err := fmt.Fprintln(a.stdout, d.ID); err != nil {
		return err
	}
	k, _ := decision.KindOf(d.Kind)
	a.say("decision.cli.made", d.ID, k.In(a.lang()), d.Subject)
	return nil
}

// assignments reads column=value pairs.
func assignments(list []string) (map[string]string, error) {
	out := map[string]string{}
	for _, s := range list {
		column, value, ok := strings.Cut(s, "=")
		if column = strings.TrimSpace(column); !ok || column == "" {
			return nil, fault.New(fault.Usage, "decision.cli.set", s)
		}
		if _, twice := out[column]; twice {
			return nil, fault.New(fault.Usage, "decision.cli.set_twice", column)
		}
		out[column] = value
	}
	return out, nil
}

// knownKPI refuses a target of a measure that there is not.
func knownKPI(c config.Config, id string) (string, error) {
	readers, err := transform.ReadersOf(c)
	if err != nil {
		return "", err
	}
	if len(readers.Unknown([]string{id})) > 0 {
		return "", fault.New(fault.Usage, "decision.cli.kpi", id)
	}
	return id, nil
}
