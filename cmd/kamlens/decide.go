package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/decision"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/store"
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
	return a.withActor(ctx, f.identity, func(c config.Config, s *store.Store, who actor) error {
		if k.About == decision.AboutKPI {
			if err := checkTarget(c, subject, payload); err != nil {
				return err
			}
		}
		if k.Name == decision.TierInputApprove {
			if err := notOwnLine(ctx, c, s, who, subject); err != nil {
				return err
			}
		}
		unknown, err := strangers(ctx, c, s, membersOf(k, subject, payload))
		if err != nil {
			return err
		}
		d, err := a.desk(c, who).Decide(ctx, who.Person, kind, subject, f.reason, payload)
		if err != nil {
			return err
		}
		if err := a.decided(c, d); err != nil {
			return err
		}
		a.sayStrangers(unknown)
		return nil
	})
}

// desk is where who decides.
func (a *app) desk(c config.Config, who actor) decision.Desk {
	return decision.NewDesk(c, who.people, a.now)
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
