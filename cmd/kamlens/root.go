package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/text"
)

// newRootCommand puts all commands together, in the order a newcomer meets them.
func newRootCommand(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:           "kamlens",
		Short:         "客户经理服务指标 · KPIs of key-account management",
		SilenceUsage:  true,
		SilenceErrors: true,
		PersistentPreRunE: func(*cobra.Command, []string) error {
			if _, ok := text.Parse(a.langFlag); a.langFlag != "" && !ok {
				return fault.New(fault.Usage, "cli.lang", a.langFlag)
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return fault.New(fault.Usage, "cli.unknown_command", args[0])
			}
			return cmd.Help()
		},
		Args: cobra.ArbitraryArgs,
	}
	flags := root.PersistentFlags()
	flags.StringVarP(&a.configPath, "config", "c", "kamlens.yaml", "配置文件 · configuration file")
	flags.StringVar(&a.langFlag, "lang", "", "语言 · language: zh-CN, en")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.AddCommand(
		newInitCommand(a),
		newDemoCommand(a),
		newGenerateCommand(a),
		newTemplateCommand(a),
		newIngestCommand(a),
		newRunCommand(a),
		newKPICommand(a),
		newExplainCommand(a),
		newReportCommand(a),
		newServeCommand(a),
		newDoctorCommand(a),
		newVersionCommand(a),
	)
	for _, c := range root.Commands() {
		wrapArgs(c)
	}
	return root
}

// wrapArgs turns cobra's complaints about arguments into usage errors.
func wrapArgs(c *cobra.Command) {
	if check := c.Args; check != nil {
		c.Args = func(cmd *cobra.Command, args []string) error {
			if err := check(cmd, args); err != nil {
				return usageError{fmt.Errorf("%s: %w", cmd.CommandPath(), err)}
			}
			return nil
		}
	}
	for _, sub := range c.Commands() {
		wrapArgs(sub)
	}
}
