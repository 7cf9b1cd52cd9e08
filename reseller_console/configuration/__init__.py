"""Parts of the settings that are more than a list of names; read by `reseller_console.settings`."""
