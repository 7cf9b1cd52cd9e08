"""How the web server reads, answers and logs."""
