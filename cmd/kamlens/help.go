package main

import (
	"io"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/kamlens/kamlens/internal/text"
)

// helpInOneLanguage lets --help speak the language asked for; the texts of commands and flags are written
// "Chinese · English".
func helpInOneLanguage(a *app, root *cobra.Command) {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	help := root.HelpFunc()
	root.SetHelpFunc(func(cmd *cobra.Command, args []string) {
		l := a.lang()
		root.SetUsageTemplate(l.T("cli.help.template"))
		translate(l, root)
		if l == text.EN {
			help(cmd, args)
			return
		}
		var page strings.Builder
		cmd.SetOut(&page)
		help(cmd, args)
		cmd.SetOut(a.stdout)
		_, _ = io.WriteString(a.stdout, inChinese(page.String())) // nobody is left to tell
	})
}

// translate leaves in a command and those below it one language only.
func translate(l text.Lang, c *cobra.Command) {
	c.InitDefaultHelpFlag()
	if key := "cli.help.command." + c.Name(); text.Has(key) { // cobra's own commands
		c.Short, c.Long = l.T(key), ""
		if key := "cli.help.long." + c.Name(); text.Has(key) {
			c.Long = c.Short + "\n\n" + l.T(key)
		}
	}
	c.Short = oneLanguage(l, c.Short)
	flags := func(f *pflag.Flag) {
		f.Usage = oneLanguage(l, f.Usage)
		if key := "cli.help.flag." + f.Name; text.Has(key) { // cobra's own flags
			f.Usage = l.T(key)
		}
	}
	c.Flags().VisitAll(flags)
	c.PersistentFlags().VisitAll(flags)
	for _, sub := range c.Commands() {
		translate(l, sub)
	}
}

// inChinese translates what cobra and pflag write of themselves into a page of help: the types and defaults of flags. A word
// keeps its width, so that columns stay in line; a Chinese character is as wide as two others.
func inChinese(page string) string {
	page = strings.ReplaceAll(page, "[flags]", "[选项]")
	page = strings.ReplaceAll(page, "help [command]", "help [命令]")
	page = regexp.MustCompile(`(?m) \(default (.*)\)$`).ReplaceAllString(page, "（默认 $1）")
	flagType := regexp.MustCompile(`(?m)^( +(?:-\w, )?--[\w-]+ )(stringArray|strings|string|int|uint|float|duration)  `)
	return flagType.ReplaceAllStringFunc(page, func(s string) string {
		part := flagType.FindStringSubmatch(s)
		word := map[string]string{
			"stringArray": "文本       ", "strings": "列表   ", "string": "文本  ", "int": "数 ", "uint": "整数", "float": "小数 ", "duration": "时长    ",
		}[part[2]]
		return part[1] + word + "  "
	})
}

// oneLanguage returns the part of "Chinese · English" in language l; text without the dot is for both.
func oneLanguage(l text.Lang, s string) string {
	zh, en, both := strings.Cut(s, " · ")
	if both && l == text.EN {
		return en
	}
	return zh
}
