package main

import (
	"fmt"
	"os/user"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/ingest"
	"github.com/kamlens/kamlens/internal/fault"
)

func newRetractCommand(a *app) *cobra.Command {
	o := ingest.RetractOptions{}
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
			if o.By == "" {
				o.By = login()
			}
			o.Batch, o.Now, o.Lang, o.Out = id, a.now(), a.lang(), a.stdout
			r, err := ingest.Retract(cmd.Context(), o)
			if err != nil {
				return err
			}
			if o.DryRun {
				a.say("ingest.retract.dry")
				return nil
			}
			_, err = fmt.Fprintln(a.stdout, r.Sentence(a.lang()))
			return err
		},
	}
	flags := c.Flags()
	flags.StringVar(&o.Reason, "reason", "", "原因，必写 · why; must be given")
	flags.StringVar(&o.By, "by", "", "谁决定的，缺省为登录名 · who decided it, by default the login name")
	flags.BoolVar(&o.DryRun, "dry-run", false, "只看差别，不作改动 · show the difference, change nothing")
	return c
}

// login is the name of the person at the machine.
func login() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return "?"
}
