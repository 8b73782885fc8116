module bangfu

go 1.26
