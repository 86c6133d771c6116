package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/ingest"
	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/decision"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/people"
	"github.com/kamlens/kamlens/internal/store"
)

// sampleSheetFlags are the flags of sample sheet.
type sampleSheetFlags struct {
	identity
	second      bool
	format, out string
}

func newSampleSheetCommand(a *app) *cobra.Command {
	f := sampleSheetFlags{}
	c := &cobra.Command{
		Use:   "sheet DRAW",
		Short: "写出检查表，填好后直接装入 · write the check sheet of a draw; filled in, it is loaded as it is",
		Args:  cobra.ExactArgs(1),
		RunE:  func(cmd *cobra.Command, args []string) error { return a.sampleSheet(cmd.Context(), f, args[0]) },
	}
	flags := c.Flags()
	flags.BoolVar(&f.second, "second", false, "第二人的复评表：只有要复评的样本，没有第一人的结论 · the second scorer's sheet: only what is judged again, without what the first found")
	flags.StringVar(&f.format, "format", "", "csv、xlsx，缺省看 --out 的扩展名，否则 csv · csv or xlsx; by default what --out ends in, else csv")
	flags.StringVar(&f.out, "out", "", "写入的文件，缺省为标准输出 · file to write, by default standard output")
	f.add(flags)
	return c
}

// sampleSheet writes the sheet of a draw for somebody who may draw.
func (a *app) sampleSheet(ctx context.Context, f sampleSheetFlags, id string) error {
	if f.format == "" {
		if f.format = "csv"; strings.EqualFold(filepath.Ext(f.out), ".xlsx") {
			f.format = "xlsx"
		}
	}
	if f.format == "xlsx" && f.out == "" && terminal(a.stdout) != nil {
		return fault.New(fault.Usage, "ingest.template.out")
	}
	return a.withActor(ctx, f.identity, func(c config.Config, s *store.Store, who actor) error {
		return who.act(ctx, people.SampleDraw, decision.SampleDraw+" "+id, "", func() error {
			list, err := a.drawsAsked(c, "", []string{id})
			if err != nil {
				return err
			}
			door, err := openDoor(ctx, c, s)
			if err != nil {
				return err
			}
			names, err := namesOf(ctx, door, []kpi.Dim{kpi.ByCustomer, kpi.ByManager})
			if err = errors.Join(err, door.Close()); err != nil {
				return err
			}
			l := a.lang()
			sheet := ingest.CheckSheet{Draw: list[0].Draw, ID: id, Day: list[0].day(), Second: f.second, Names: func(what, id string) string {
				if what == string(kpi.ByTier) && id == "0" {
					id = ""
				}
				return kpi.Label(l, kpi.Dim(what), id, names[kpi.Dim(what)][id])
			}}
			data, err := sheet.File(f.format, l)
			if err != nil {
				return err
			}
			if f.out != "" {
				return os.WriteFile(f.out, data, 0o600)
			}
			_, err = a.stdout.Write(data)
			return err
		})
	})
}
