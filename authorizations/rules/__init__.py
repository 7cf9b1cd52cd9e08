"""The rules of purchases, each stated once: dates, states, what is left to renew, the rollup."""
