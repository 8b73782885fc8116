// Command bangfu is the whole program: a service for a union's hardship work, and its commands.
package main

import (
	"os"

	"bangfu/internal/app"
)

func main() { os.Exit(app.Main(os.Args[1:], os.Stdout, os.Stderr)) }
