# SPDX-License-Identifier: GPL-3.0-or-later
"""What the packages carry besides programs: read by the tools that will read it."""
import json
import os
import plistlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

from hub import eventually

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
INSTALLER = "trunkline-1.2.3-win64.exe"
UNINSTALL = "Microsoft\\Windows\\CurrentVersion\\Uninstall\\Trunkline"
LINUX = os.path.join(ROOT, "resources", "linux", "org.trunkline.Trunkline")


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


class Packaging(unittest.TestCase):
    def accepts(self, *command):
        if not shutil.which(command[0]):
            self.skipTest(command[0] + " is not installed")
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def test_desktop_file(self):
        self.assertEqual(self.accepts("desktop-file-validate", LINUX + ".desktop"), "")

    def test_metainfo(self):
        if not shutil.which("appstreamcli"):
            self.skipTest("appstreamcli is not installed")
        done = subprocess.run(["appstreamcli", "validate", "--no-net", LINUX + ".metainfo.xml"], capture_output=True, text=True, timeout=60, check=False)
        said = done.stdout + done.stderr
        # There is no homepage yet, and none is made up. Version 1.0 makes a warning of that (and ends with 3), 0.16 a hint.
        worse = [line for line in said.splitlines() if line.startswith(("E:", "W:")) and not line.endswith("url-homepage-missing")]
        self.assertEqual(worse, [], said)
        self.assertEqual(done.returncode, 3 if "W:" in said else 0, said)
        text = read(LINUX + ".metainfo.xml")
        version = re.search(r"project\(Trunkline VERSION ([0-9.]+)", read(os.path.join(ROOT, "CMakeLists.txt")))[1]
        self.assertIn('<release version="%s"' % version, text)
        self.assertIn(">%s.desktop<" % os.path.basename(LINUX), text)

    def test_icons_have_their_sizes(self):
        for size in (16, 24, 32, 48, 64, 128, 256, 512):
            with open(os.path.join(ROOT, "resources", "icons", "app", "%d.png" % size), "rb") as file:
                head = file.read(24)
            self.assertEqual((head[:8], struct.unpack(">II", head[16:24])), (b"\x89PNG\r\n\x1a\n", (size, size)))

    def test_icons_of_windows_and_macos_are_the_same_pictures(self):
        self.accepts(sys.executable, os.path.join(ROOT, "tools", "pack_icons.py"), "--check")

    def test_captures_belong_to_the_window(self):
        """The same two kinds of file on Linux and macOS; the desktop file opens them."""
        mime = xml.etree.ElementTree.parse(LINUX + ".mime.xml").getroot()
        space = "{http://www.freedesktop.org/standards/shared-mime-info}"
        kinds = {one.get("type"): one.find(space + "glob").get("pattern") for one in mime.findall(space + "mime-type")}
        self.assertEqual(sorted(kinds.values()), ["*.trunk", "*.trunkcase"])
        desktop = read(LINUX + ".desktop")
        self.assertEqual(set(re.search("MimeType=(.*)", desktop)[1].strip(";").split(";")), set(kinds))
        self.assertIn("Exec=trunkline-desktop %f", desktop)
        self.assertEqual(set(re.findall("<mediatype>(.*)</mediatype>", read(LINUX + ".metainfo.xml"))), set(kinds))
        with open(os.path.join(ROOT, "resources", "macos", "Info.plist.in"), "rb") as file:
            plist = plistlib.load(file)
        tags = [one["UTTypeTagSpecification"] for one in plist["UTExportedTypeDeclarations"]]
        self.assertEqual({one["public.mime-type"]: "*." + one["public.filename-extension"][0] for one in tags}, kinds)
        opened = [one["LSItemContentTypes"][0] for one in plist["CFBundleDocumentTypes"]]
        self.assertEqual(opened, [one["UTTypeIdentifier"] for one in plist["UTExportedTypeDeclarations"]])

    def windows_installer(self, folder, target=""):
        """Compiles the script as CPack fills it in, over a tree like that of a release; gives what makensis said."""
        script = read(os.path.join(ROOT, "installer", "windows", "NSIS.template.in"))
        for name in ("bin/trunkline.exe", "bin/trunkline-desktop.exe", "plugins/platforms/qwindows.dll", "translations/qt_de.qm", "path.ps1",
                     "vc_redist.x64.exe", "share/doc/trunkline/README.md"):
            os.makedirs(os.path.join(folder, "files", os.path.dirname(name)), exist_ok=True)
            with open(os.path.join(folder, "files", name), "wb") as file:
                file.write(b"MZ " + name.encode())
        values = {"CPACK_TEMPORARY_DIRECTORY": os.path.join(folder, "files"), "CPACK_TOPLEVEL_DIRECTORY": folder,
                  "CPACK_OUTPUT_FILE_NAME": INSTALLER, "CPACK_PACKAGE_VERSION": "1.2.3", "CPACK_PACKAGE_VENDOR": "Somebody",
                  "CPACK_RESOURCE_FILE_LICENSE": os.path.join(ROOT, "LICENSE"),
                  "CPACK_TRUNKLINE_ICON": os.path.join(ROOT, "resources", "windows", "trunkline.ico")}
        with open(os.path.join(folder, "project.nsi"), "w", encoding="utf-8") as file:
            file.write(target + re.sub("@([A-Z_]+)@", lambda found: values[found[1]], script))
        return self.accepts("makensis", "-WX", "-V4", os.path.join(folder, "project.nsi"))

    def test_the_installer_of_windows_compiles(self):
        """Debian's makensis reads it; every warning is an error."""
        with tempfile.TemporaryDirectory() as folder:
            said = self.windows_installer(folder)
            self.assertGreater(os.path.getsize(os.path.join(folder, INSTALLER)), 20_000)
            for name in ("trunkline.exe", "qwindows.dll", "path.ps1"):
                self.assertIn(name, said)

    @unittest.skipUnless(os.environ.get("TRUNKLINE_WINE"), "by hand: TRUNKLINE_WINE=/usr/lib/wine/wine64, of Debian's wine64")
    def test_the_installer_of_windows_installs_and_leaves_captures(self):
        """In Wine, without a display: files, Start menu, associations; and all of it gone again, but not what belongs to the user."""
        with tempfile.TemporaryDirectory() as folder:
            self.windows_installer(folder, "Target amd64-unicode\n")         # Wine's 64 bits alone: what CPack makes has a stub of 32
            wine = os.environ["TRUNKLINE_WINE"]
            environment = {**os.environ, "WINEPREFIX": os.path.join(folder, "prefix"), "WINEDEBUG": "-all", "WINEARCH": "win64", "WINELOADER": wine}
            environment.pop("DISPLAY", None)

            def run(*command):
                return subprocess.run([wine, *command], capture_output=True, text=True, timeout=280, env=environment, cwd=folder, check=False)

            def key(name):
                asked = run("reg", "query", "HKCU\\Software\\" + name, "/s")
                return asked.stdout if asked.returncode == 0 else ""

            def found(pattern):
                return [os.path.join(where, one) for where, _, files in os.walk(os.path.join(folder, "prefix")) for one in files if re.search(pattern, one)]

            self.assertEqual(run(INSTALLER, "/S").returncode, 0)
            window, = found(r"^trunkline-desktop\.exe$")
            self.assertIn("AppData/Local/Programs/Trunkline/bin", window)
            self.assertIn("Start Menu", found(r"^Trunkline\.lnk$")[0])
            for extension, kind in (("trunk", "Trunkline.Capture"), ("trunkcase", "Trunkline.Case")):
                self.assertIn(kind, key("Classes\\." + extension))
                self.assertIn('trunkline-desktop.exe" "%1"', key("Classes\\%s\\shell\\open\\command" % kind))
            self.assertIn("DisplayVersion    REG_SZ    1.2.3", key(UNINSTALL))
            top = os.path.dirname(os.path.dirname(window))
            with open(os.path.join(top, "mine.trunk"), "w", encoding="utf-8") as file:
                file.write("a capture")
            run("reg", "add", "HKCU\\Software\\Classes\\.trunkcase", "/ve", "/d", "Other.Program", "/f")
            self.assertEqual(run(os.path.join(top, "uninstall.exe"), "/S").returncode, 0)
            eventually(lambda: os.listdir(top) == ["mine.trunk"], 60, "all but the capture to be gone")     # a copy of it does the work
            eventually(lambda: not key(UNINSTALL) and not key("Trunkline"), 60, "its keys to be gone")
            self.assertEqual((found(r"^Trunkline\.lnk$"), key("Classes\\.trunk"), key("Classes\\Trunkline.Capture")), ([], "", ""))
            self.assertIn("Other.Program", key("Classes\\.trunkcase"))
            subprocess.run([os.path.join(os.path.dirname(wine), "wineserver64"), "-k", "-w"], env=environment, timeout=60, check=False)

    def test_the_container_is_small_and_safe(self):
        """The Dockerfile as tests/distro.sh --container takes it; what the compose file promises."""
        reader = [sys.executable, os.path.join(ROOT, "tests", "support", "dockerfile.py"), os.path.join(ROOT, "Dockerfile")]
        for stage, wanted in (("build", "cpack"), ("final", "/packages/trunkline_")):
            steps = subprocess.run([*reader, "steps", stage], capture_output=True, text=True, timeout=60, check=True).stdout
            self.assertIn(wanted, steps)
            self.accepts("bash", "-n", "-c", steps)
        facts = subprocess.run([*reader, "facts"], capture_output=True, text=True, timeout=60, check=True).stdout
        self.assertNotIn("user=0", facts)
        self.assertIn("HOST=0.0.0.0", facts)
        self.accepts("bash", "-n", os.path.join(ROOT, "installer", "container-health"))
        try:
            import yaml
        except ImportError:
            self.skipTest("python3-yaml is not installed")
        services = yaml.safe_load(read(os.path.join(ROOT, "docker-compose.yml")))["services"]
        self.assertEqual(services["trunkline"]["environment"]["PROTECTED_MODE"], "no")
        for name, service in services.items():
            self.assertTrue(all(port.startswith("127.0.0.1:") for port in service["ports"]), name)
        self.assertEqual({one for service in services.values() for one in service.get("profiles", [])}, {"metrics", "redis"})
        self.assertEqual(services["trunkline"]["environment"]["REDIS_URL"], "${REDIS_URL:-}")
        second = services["trunkline-2"]
        self.assertEqual(second["environment"], {**services["trunkline"]["environment"], "REDIS_URL": "redis://redis:6379", "HUB_NAME": "trunkline-2"})
        self.assertEqual((second["tmpfs"], second["read_only"]), (services["trunkline"]["tmpfs"], True))
        for mount in services["prometheus"]["volumes"]:
            self.assertTrue(os.path.isfile(os.path.join(ROOT, mount.split(":")[0])), mount)

    def libraries(self):
        """What CMake looks for besides Qt, in vcpkg's words."""
        found = set()
        for name in ("CMakeLists.txt", os.path.join("hub", "CMakeLists.txt"), os.path.join("hub", "core", "CMakeLists.txt")):
            if os.path.exists(os.path.join(ROOT, name)):
                text = read(os.path.join(ROOT, name))
                found |= {one.lower() for one in re.findall(r"find_(?:package\(|library\(\w+ |path\(\w+ tl/)([\w-]+)", text)}
        found = {"tl-expected" if one == "expected" else one for one in found} - {"qt6", "python3"}
        return found | {"tl-expected"}

    def test_a_linter_reads_the_dockerfile(self):
        """Debian has no hadolint; this one is what editors use."""
        linter = os.path.join(ROOT, "tests", "web", "node_modules", "dockerfile-utils", "bin", "dockerfile-utils")
        if not os.path.exists(linter):
            self.skipTest("tools/setup.sh test installs the linter where npm is")
        self.assertEqual(self.accepts("node", linter, "lint", os.path.join(ROOT, "Dockerfile")).strip(), "")
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "Dockerfile")
            with open(path, "w", encoding="utf-8") as file:
                file.write(read(os.path.join(ROOT, "Dockerfile")).replace("EXPOSE 8080", "EXPOSE eight"))
            self.assertNotEqual(subprocess.run(["node", linter, "lint", path], capture_output=True, timeout=60, check=False).returncode, 0)

    def test_scripts_of_the_package_are_sound(self):
        """They start nothing by themselves, and do nothing where there is no systemd."""
        folder = os.path.join(ROOT, "installer", "debian")
        self.assertEqual(sorted(os.listdir(folder)), ["copyright", "postinst", "postrm", "prerm"])
        for name in ("postinst", "postrm", "prerm"):
            self.assertTrue(os.access(os.path.join(folder, name), os.X_OK))
            self.accepts("sh", "-n", os.path.join(folder, name))
            self.assertNotRegex(read(os.path.join(folder, name)), r"systemctl (start|enable)")

    def test_every_library_is_named_for_every_system(self):
        """vcpkg.json for Windows and macOS, the workflows, the hints of setup.sh, the table of licences. vcpkg has no libjwt; Homebrew's is 3."""
        libraries = self.libraries()
        self.assertEqual(libraries, {"simdjson", "tl-expected", "yaml-cpp", "openssl", "jwt", "hiredis"})
        everywhere = libraries - {"jwt"}
        manifest = json.loads(read(os.path.join(ROOT, "vcpkg.json")))
        named = {one if isinstance(one, str) else one["name"] for one in manifest["dependencies"]}
        self.assertLessEqual({"qtbase", "qtwebsockets", "qthttpserver", "qtsvg", "qtcharts"} | everywhere, named)
        workflow = read(os.path.join(ROOT, ".github", "workflows", "ci.yml"))
        for command in ("vcpkg install", "brew install"):
            line = re.search(command + ".*", workflow)[0]
            for one in everywhere:
                self.assertIn(one, line)
        setup = read(os.path.join(ROOT, "tools", "setup.sh"))
        hints = re.search(r"(?s)name_packages\(\) \{.*?\n\}", setup)[0]
        for system in ("Fedora", "Arch", "openSUSE", "macOS"):
            hint = re.search(r'(?s)"  %s .*?(?=say "  [A-Z]|say "  macOS|say "  Windows|\n    if)' % system, hints)[0]
            for one in everywhere - {"tl-expected"} | ({"jwt"} if system != "macOS" else set()):
                self.assertIn(one, hint, system)
            self.assertIn("expected", hint)
        licences = read(os.path.join(ROOT, "docs", "development.md"))
        table = licences[licences.index("## What it stands on"):licences.index("Only for tests")].lower()
        headless = subprocess.run([os.path.join(ROOT, "tools", "setup.sh"), "list", "headless"], capture_output=True, text=True, timeout=30, check=True).stdout
        for one in libraries:
            self.assertIn(one, table)
            self.assertRegex(headless, one.removeprefix("tl-").replace("openssl", "ssl"))

    def test_every_package_that_is_used_has_its_licence(self):
        """What tools/setup.sh, npm's package.json and the containers name stands in the tables of docs/development.md."""
        tables = read(os.path.join(ROOT, "docs", "development.md")).partition("## What it stands on")[2]
        listed = subprocess.run([os.path.join(ROOT, "tools", "setup.sh"), "list", "test"], capture_output=True, text=True, timeout=30, check=True).stdout.split()
        listed += json.loads(read(os.path.join(ROOT, "tests", "web", "package.json")))["dependencies"]
        listed += re.findall(r"(?m)^(?:FROM|    image:) ([a-z/.0-9:-]+[.:][a-z.0-9-]+)", read(os.path.join(ROOT, "Dockerfile")) + read(os.path.join(ROOT, "docker-compose.yml")))
        tools = {"g++", "cmake", "ninja-build", "ccache"}         # the line between the tables
        self.assertIn("debian:12-slim", listed)
        self.assertEqual([one for one in listed if one not in tools and "`%s`" % one not in tables], [])

    def test_the_bare_program_finds_its_libraries(self):
        """What docs/deployment.md has Debian 12 install brings every library that the program is linked with."""
        system = read("/etc/os-release") if os.path.exists("/etc/os-release") else ""
        if "ID=debian" not in system or 'VERSION_ID="12"' not in system or not shutil.which("readelf"):
            self.skipTest("not a Debian 12 with binutils")
        needed = re.findall(r"NEEDED.*\[(.*)\]", subprocess.run(["readelf", "-d", os.environ["TRUNKLINE_BIN"]], capture_output=True, text=True, check=True).stdout)
        installed = re.search(r"(?s)Debian 12:\n\n(.*?)\n\n", read(os.path.join(ROOT, "docs", "deployment.md")))[1]
        # These are there, or come with those.
        base = re.compile(r"lib(c|m|gcc_s|stdc\+\+|asan|ubsan|tsan|clang_rt.*|crypto|ssl|Qt6(Core|Network))\.|ld-linux")
        # Debian names a library's package after it and its version.
        names = {one.replace(".so.", "").lower() for one in needed if not base.match(one)}
        packages = re.findall(r"lib[\w.+-]+", installed)
        self.assertGreater(len(names), 5)
        for name in names:
            self.assertTrue(any(one == name or one.startswith(name + "-") for one in packages), (name, packages))

    def test_the_version_of_vcpkg_is_the_project_s(self):
        manifest = json.loads(read(os.path.join(ROOT, "vcpkg.json")))
        self.assertIn("project(Trunkline VERSION %s" % manifest["version"], read(os.path.join(ROOT, "CMakeLists.txt")))

    def test_linux_knows_a_capture_by_its_first_line(self):
        with tempfile.TemporaryDirectory() as share:
            packages = os.path.join(share, "mime", "packages")
            os.makedirs(packages)
            shutil.copy(LINUX + ".mime.xml", os.path.join(packages, "org.trunkline.Trunkline.xml"))
            self.accepts("update-mime-database", os.path.join(share, "mime"))
            with open(os.path.join(share, "mime", "globs2"), encoding="utf-8") as file:
                self.assertIn("50:application/x-trunkline-case:*.trunkcase", file.read())
            with open(os.path.join(share, "mime", "magic"), "rb") as file:
                self.assertIn(b'{"format":"1.', file.read())

    def test_every_file_names_its_licence(self):
        """REUSE: an SPDX line in each source file; what cannot carry one is covered by REUSE.toml."""
        if not shutil.which("git"):
            self.skipTest("git is not installed")
        listed = subprocess.run(["git", "-C", ROOT, "ls-files"], capture_output=True, text=True, check=False)
        if listed.returncode != 0:
            self.skipTest("not a git checkout")
        covered = re.findall(r'"([^"]+)"', re.search(r"path = \[(.*?)\]", read(os.path.join(ROOT, "REUSE.toml")), re.DOTALL)[1])
        patterns = [re.compile(re.escape(one).replace(r"\*\*", ".*").replace(r"\*", "[^/]*") + "$") for one in covered]
        missing = []
        for name in listed.stdout.splitlines():
            path = os.path.join(ROOT, name)
            if not os.path.isfile(path) or any(pattern.match(name) for pattern in patterns):
                continue
            with open(path, "rb") as file:
                if b"SPDX-License-Identifier: " not in file.read(600):
                    missing.append(name)
        self.assertEqual(missing, [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
