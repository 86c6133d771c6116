package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/ingest"
	"github.com/kamlens/kamlens/internal/fault"
)

func newMapCommand(a *app) *cobra.Command {
	o := ingest.DraftOptions{}
	c := &cobra.Command{
		Use:   "map FILE",
		Short: "起草来源 · draft the source entry of kamlens.yaml for a file",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			base, err := filepath.Abs(filepath.Dir(a.configPath))
			if err != nil {
				return err
			}
			o.Path, o.Base, o.Lang, o.Zone, o.Now, o.Reader = args[0], base, a.lang(), time.UTC, a.now(), reader
			conf, err := a.config()
			switch f, ok := errors.AsType[*fault.Error](err); {
			case err == nil:
				o.Zone = conf.Zone()
				for _, s := range conf.Sources {
					o.Names = append(o.Names, s.Name)
				}
			case !ok || f.Key != "config.missing": // a file may be looked at before there is a configuration
				return err
			}
			d, err := ingest.MakeDraft(cmd.Context(), o)
			if err != nil {
				return err
			}
			if _, err := fmt.Fprint(a.stdout, d.YAML); err != nil {
				return err
			}
			if len(d.Missing) > 0 {
				a.say("ingest.map.incomplete", strings.Join(d.Missing, ", "))
			}
			return nil
		},
	}
	c.Flags().StringVar(&o.Feed, "feed", "", "数据项，缺省由表头和文件名判断 · the feed, by default told by the headers and the name")
	c.Flags().StringVar(&o.Sheet, "sheet", "", "工作表，缺省为第一张 · sheet of a workbook, by default the first")
	return c
}
