/* Stands in for Microsoft's installer of the WebView2 runtime, which nobody may hand out with these
   tests: leaves what it leaves in the registry, if it is started as Microsoft says. */
#include <string.h>
#include <windows.h>

int main(int count, char **arguments)
{
    const char *key =
        "Software\\Microsoft\\EdgeUpdate\\Clients\\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}";
    HKEY client;
    if (count != 3 || strcmp(arguments[1], "/silent") || strcmp(arguments[2], "/install"))
        return 2;
    if (RegCreateKeyA(HKEY_CURRENT_USER, key, &client))
        return 1;
    return RegSetValueExA(client, "pv", 0, REG_SZ, (const BYTE *)"140.0.1.2", 10) != 0;
}
