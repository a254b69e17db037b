# SPDX-License-Identifier: GPL-3.0-or-later
# Adds a folder to this user's PATH or takes it out: path.ps1 add|remove FOLDER. The installer calls it; not run here.
# NSIS' own strings hold 1,024 characters: it would cut a long PATH.
param([ValidateSet('add', 'remove')] [string] $action, [string] $folder)
$ErrorActionPreference = 'Stop'

$key = [Microsoft.Win32.Registry]::CurrentUser.CreateSubKey('Environment')
try {
    # Unexpanded: %USERPROFILE% and the like stay what they are.
    $old = [string] $key.GetValue('Path', '', 'DoNotExpandEnvironmentNames')
    $parts = @($old.Split(';') | Where-Object { $_ -ne '' -and $_.TrimEnd('\') -ne $folder.TrimEnd('\') })
    if ($action -eq 'add') { $parts += $folder }
    $new = $parts -join ';'
    if ($new -ne $old) { $key.SetValue('Path', $new, 'ExpandString') }
} finally {
    $key.Dispose()
}
# Setting any variable through .NET tells the running programs that the environment has changed.
[Environment]::SetEnvironmentVariable('TRUNKLINE_PATH_CHANGED', $null, 'User')
