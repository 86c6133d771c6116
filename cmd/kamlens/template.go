package main

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/ingest"
	"github.com/kamlens/kamlens/internal/fault"
)

func newTemplateCommand(a *app) *cobra.Command {
	var format, out string
	c := &cobra.Command{
		Use:   "template FEED",
		Short: "空白模板 · write a blank file for one kind of data",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if format == "" {
				if format = "csv"; strings.EqualFold(filepath.Ext(out), ".xlsx") {
					format = "xlsx"
				}
			}
			data, err := ingest.Template(args[0], format, a.lang())
			if err != nil {
				return err
			}
			if out != "" {
				return os.WriteFile(out, data, 0o644) //nolint:gosec // a blank form holds nothing private
			}
			if format == "xlsx" && terminal(a.stdout) != nil {
				return fault.New(fault.Usage, "ingest.template.out")
			}
			_, err = a.stdout.Write(data)
			return err
		},
	}
	c.Flags().StringVar(&format, "format", "", "csv、xlsx，缺省看 --out 的扩展名，否则 csv · csv or xlsx; by default what --out ends in, else csv")
	c.Flags().StringVar(&out, "out", "", "写入的文件，缺省为标准输出 · file to write, by default standard output")
	return c
}
