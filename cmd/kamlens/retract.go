package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/ingest"
	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/decision"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/people"
	"github.com/kamlens/kamlens/internal/store"
)

func newRetractCommand(a *app) *cobra.Command {
	i, o := identity{}, ingest.RetractOptions{}
	c := &cobra.Command{
		Use:   "retract BATCH",
		Short: "撤回一批 · take a load back, or undo a retraction; prints the difference first",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := strconv.ParseInt(args[0], 10, 64)
			if err != nil {
				return fault.New(fault.Usage, "cli.retract.number", args[0])
			}
			if o.Config, err = a.config(); err != nil {
				return err
			}
			o.Batch, o.Now, o.Lang, o.Out = id, a.now(), a.lang(), a.stdout
			if !o.DryRun {
				return a.retract(cmd.Context(), i, o)
			}
			if _, err = ingest.Retract(cmd.Context(), o); err == nil {
				a.say("ingest.retract.dry")
			}
			return err
		},
	}
	flags := c.Flags()
	flags.StringVar(&o.Reason, "reason", "", "原因，必写（试运行不必） · why; must be given, but for a dry run")
	flags.BoolVar(&o.DryRun, "dry-run", false, "只看差别，不作改动 · show the difference, change nothing")
	i.add(flags)
	return c
}

// retract takes the batch back as an act of the person whom the command line names.
func (a *app) retract(ctx context.Context, i identity, o ingest.RetractOptions) error {
	return a.withActor(ctx, i, func(c config.Config, _ *store.Store, who actor) error {
		if err := decision.CheckText(o.Reason); err != nil {
			return err
		}
		o.By, o.ByName = who.ID, who.Name
		return who.act(ctx, people.BatchRetract, strconv.FormatInt(o.Batch, 10), o.Reason, func() error {
			r, err := ingest.Retract(ctx, o)
			if err != nil {
				return err
			}
			_, err = a.desk(c, who).Record(who.Person, decision.BatchRetract, strconv.FormatInt(r.Batch, 10), o.Reason,
				map[string]string{"retraction": strconv.FormatInt(r.ID, 10)})
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(a.stdout, r.Sentence(a.lang()))
			return err
		})
	})
}
