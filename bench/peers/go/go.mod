module omni/bench/peers

go 1.19
