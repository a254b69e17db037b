# SPDX-License-Identifier: GPL-3.0-or-later
# Builds Trunkline and starts it with the arguments given. What run.sh does, for PowerShell; not run here, for want of a Windows.
#
#   .\run.ps1                                   the window with a hub on 127.0.0.1:8080
#   .\run.ps1 serve --port 9000                 the hub alone
#   .\run.ps1 connect --user alice --echo       a subcommand
#   .\run.ps1 --help                            all of them
#
# Needs CMake, Ninja, Visual Studio's C++ compiler (a "Developer PowerShell"), and either vcpkg (VCPKG_ROOT; it builds what vcpkg.json
# names, Qt too: an hour the first time) or CMAKE_PREFIX_PATH with Qt 6.4.2 or later and the other libraries.
# Nothing but the program writes to stdout. The build's log is build\release\run.log. Exit code: the program's, or 1.
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 3.0

$root = $PSScriptRoot
$build = Join-Path $root 'build\release'
$log = Join-Path $build 'run.log'
$words = @($args)

function Say([string] $line) { [Console]::Error.WriteLine($line) }

# A start of the hub: no arguments, or flags only that do not just ask something.
function Test-StartsHub {
    if ($words.Count -gt 0 -and -not "$($words[0])".StartsWith('-')) { return $false }
    foreach ($word in $words) {
        if ($word -in '-h', '--help', '--version', '--check-config') { return $false }
    }
    return $true
}

# Output goes into the log, and to stderr when somebody has to wait. True when it worked.
function Invoke-Build([bool] $show, [string] $command, [string[]] $arguments) {
    # What a native program says on stderr is no error of this script.
    $ErrorActionPreference = 'Continue'
    & $command @arguments 2>&1 | ForEach-Object {
        $line = "$_"
        Add-Content -LiteralPath $log -Value $line -Encoding utf8
        if ($show) { Say $line }
    }
    return $LASTEXITCODE -eq 0
}

foreach ($tool in 'cmake', 'ninja', 'cl') {
    if (-not (Get-Command $tool -ErrorAction SilentlyContinue)) {
        Say "$tool is missing. Open a `"Developer PowerShell for VS`"; CMake and Ninja come with Visual Studio's C++ workload."
        exit 1
    }
}

$first = -not (Test-Path (Join-Path $build 'app\trunkline\trunkline.exe'))
New-Item -ItemType Directory -Force $build | Out-Null

# Two terminals may do this at the same time: the second waits for the first.
$name = 'trunkline-' + [BitConverter]::ToString([Security.Cryptography.SHA256]::Create().ComputeHash([Text.Encoding]::UTF8.GetBytes($root.ToLowerInvariant()))).Replace('-', '').Substring(0, 16)
$mutex = [Threading.Mutex]::new($false, $name)
try {
    if (-not $mutex.WaitOne(0)) {
        Say 'Another run.ps1 is building: waiting for it.'
        [void] $mutex.WaitOne()
    }
} catch [Threading.AbandonedMutexException] {
    # Its owner was ended in the middle; it is ours now.
    Say 'The build before this one was ended in the middle.'
}
try {
    Set-Content -LiteralPath $log -Value $null
    if ($first) { Say 'First build: some minutes, an hour when vcpkg builds Qt. Later starts take seconds.' }
    $configure = @('--preset', 'release', '-DTRUNKLINE_WERROR=OFF', '-DTRUNKLINE_BUILD_TESTS=OFF')
    if ($env:VCPKG_ROOT -and -not $env:CMAKE_PREFIX_PATH) {
        $configure += '-DCMAKE_TOOLCHAIN_FILE=' + (Join-Path $env:VCPKG_ROOT 'scripts\buildsystems\vcpkg.cmake')
    }
    Push-Location $root
    try {
        $done = ((Test-Path (Join-Path $build 'build.ninja')) -or (Invoke-Build $first 'cmake' $configure)) `
            -and (Invoke-Build $first 'cmake' @('--build', $build))
    } finally {
        Pop-Location
    }
    if (-not $done) {
        if (-not $first) { Get-Content -LiteralPath $log -Tail 40 | ForEach-Object { Say $_ } }
        Say "The build failed. Its log: $log"
        exit 1
    }
} finally {
    $mutex.ReleaseMutex()
}

$window = Join-Path $build 'app\desktop\trunkline-desktop.exe'
$program = if ((Test-StartsHub) -and (Test-Path $window)) { $window } else { Join-Path $build 'app\trunkline\trunkline.exe' }
# What the program suggests to type next starts with this.
$env:TRUNKLINE_COMMAND = '.\run.ps1'
& $program @words
exit $LASTEXITCODE
