package main

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

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
	flags.StringVar(&a.langFlag, "lang", "", "语言：zh-CN、en · language: zh-CN, en")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return flagFault(cmd, err) })
	root.AddCommand(
		newInitCommand(a),
		newDemoCommand(a),
		newGenerateCommand(a),
		newTemplateCommand(a),
		newMapCommand(a),
		newIngestCommand(a),
		newBatchesCommand(a),
		newRetractCommand(a),
		newDecideCommand(a),
		newDecisionsCommand(a),
		newDisputeCommand(a),
		newTierCommand(a),
		newSampleCommand(a),
		newBackupCommand(a),
		newCustomersCommand(a),
		newCustomerCommand(a),
		newRebuildCommand(a),
		newRunCommand(a),
		newPublishCommand(a),
		newFreezeCommand(a),
		newDiffCommand(a),
		newKPICommand(a),
		newAssessCommand(a),
		newExplainCommand(a),
		newPathCommand(a),
		newDueCommand(a),
		newWhyCommand(a),
		newTableCommand(a),
		newReviewCommand(a),
		newRulesCommand(a),
		newReportCommand(a),
		newServeCommand(a),
		newUserCommand(a),
		newAuditCommand(a),
		newDoctorCommand(a),
		newVersionCommand(a),
		newReadRowsCommand(a),
	)
	for _, c := range root.Commands() {
		wrapArgs(c)
	}
	helpInOneLanguage(a, root)
	return root
}

// wrapArgs words cobra's complaints about the number of arguments in the user's language.
func wrapArgs(c *cobra.Command) {
	if check := c.Args; check != nil {
		c.Args = func(cmd *cobra.Command, args []string) error {
			if check(cmd, args) == nil {
				return nil
			}
			wanted := 0 // the smallest number of arguments that the command takes
			for check(cmd, make([]string, wanted)) != nil && wanted < 10 {
				wanted++
			}
			switch {
			case len(args) < wanted:
				return fault.New(fault.Usage, "cli.args.missing", cmd.CommandPath(), strings.TrimSuffix(cmd.UseLine(), " [flags]"))
			case cmd.HasSubCommands():
				return fault.New(fault.Usage, "cli.unknown_subcommand", cmd.CommandPath(), args[wanted], strings.Join(subcommands(cmd), " "))
			}
			return fault.New(fault.Usage, "cli.args.extra", cmd.CommandPath(), args[wanted])
		}
	}
	for _, sub := range c.Commands() {
		wrapArgs(sub)
	}
}

// subcommands names the commands below one, without those that are hidden.
func subcommands(c *cobra.Command) []string {
	var list []string
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			list = append(list, sub.Name())
		}
	}
	return list
}

// flagFault words pflag's complaints in the user's language; one that it does not know is passed on as it is.
func flagFault(cmd *cobra.Command, err error) error {
	if e, ok := errors.AsType[*pflag.NotExistError](err); ok {
		name := "--" + e.GetSpecifiedName()
		if e.GetSpecifiedShortnames() != "" {
			name = "-" + e.GetSpecifiedName()
		}
		return fault.New(fault.Usage, "cli.flag.unknown", cmd.CommandPath(), name)
	}
	if e, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		return fault.New(fault.Usage, "cli.flag.no_value", cmd.CommandPath(), "--"+e.GetSpecifiedName())
	}
	if e, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		key := "cli.flag.bad_value"
		switch e.GetFlag().Value.Type() {
		case "int", "uint64", "float64":
			key = "cli.flag.bad_number"
		}
		return fault.New(fault.Usage, key, cmd.CommandPath(), e.GetFlag().Name, e.GetValue())
	}
	if e, ok := errors.AsType[*pflag.InvalidSyntaxError](err); ok {
		return fault.New(fault.Usage, "cli.flag.unknown", cmd.CommandPath(), e.GetSpecifiedFlag())
	}
	return usageError{err}
}
