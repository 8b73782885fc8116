package discovery

import "bangfu/internal/engine/act"

// Acts lists what can be done.
func Acts() []act.Any { return []act.Any{Tune, Assign, Touch, Conclude, Report, Answer, ReportStrike} }
