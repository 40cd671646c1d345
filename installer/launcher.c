/* The program a clerk double-clicks: finds runtime\python311.dll beside itself and runs `-m desktop` with it.
 *
 * Says in Chinese which file is missing when a virus scanner or a broken copy took one away, because without the
 * runtime no other part of the program could say anything. Keeps the data beside itself when the portable mark is
 * there. Needs nothing but kernel32, user32 and shell32.
 */
#include <windows.h>
#include <shellapi.h>
#include "needed.h" /* made by the build: NEEDED[], PORTABLE_MARK, DATA_FOLDER */

#define LONGEST 32768
typedef int (*python_main)(int, wchar_t **);

static wchar_t folder[LONGEST];
static wchar_t path[LONGEST];

static void say(const wchar_t *first, const wchar_t *second, const wchar_t *third)
{
    static wchar_t text[LONGEST * 2];
    lstrcpyW(text, first);
    lstrcatW(text, second);
    lstrcatW(text, third);
    MessageBoxW(NULL, text, L"团媒台账", MB_OK | MB_ICONERROR | MB_SETFOREGROUND);
}

static const wchar_t *beside(const wchar_t *name)
{
    if (lstrlenW(folder) + lstrlenW(name) + 1 >= LONGEST)
        return L"";
    lstrcpyW(path, folder);
    lstrcatW(path, name);
    return path;
}

static BOOL find_folder(void)
{
    DWORD length = GetModuleFileNameW(NULL, folder, LONGEST);
    if (length == 0 || length >= LONGEST)
        return FALSE;
    while (length > 0 && folder[length - 1] != L'\\')
        length--;
    folder[length] = 0;
    return TRUE;
}

static BOOL complete(void)
{
    for (int number = 0; NEEDED[number]; number++)
        if (GetFileAttributesW(beside(NEEDED[number])) == INVALID_FILE_ATTRIBUTES) {
            say(L"程序文件不完整，缺少：\n", beside(NEEDED[number]),
                L"\n\n可能被杀毒软件隔离，或复制时漏掉。\n请重新运行安装程序（绿色版请重新解压），数据不受影响。");
            return FALSE;
        }
    return TRUE;
}

static void keep_data_beside(void)
{
    if (GetFileAttributesW(beside(PORTABLE_MARK)) == INVALID_FILE_ATTRIBUTES)
        return;
    if (GetEnvironmentVariableW(L"TUANMEI_HOME", NULL, 0) == 0)
        SetEnvironmentVariableW(L"TUANMEI_HOME", beside(DATA_FOLDER));
}

int WINAPI wWinMain(HINSTANCE instance, HINSTANCE previous, PWSTR line, int show)
{
    (void)instance, (void)previous, (void)line, (void)show;
    int count = 0;
    wchar_t **given = CommandLineToArgvW(GetCommandLineW(), &count);
    if (!given || !find_folder() || !complete())
        return 3;
    keep_data_beside();
    SetDllDirectoryW(L""); /* never load a library from the folder a document was opened in */
    if (count > 1)
        AttachConsole(ATTACH_PARENT_PROCESS); /* before the C library of the runtime looks for its streams */

    HMODULE python = LoadLibraryExW(beside(L"runtime\\python311.dll"), NULL, LOAD_WITH_ALTERED_SEARCH_PATH);
    python_main run = python ? (python_main)(void *)GetProcAddress(python, "Py_Main") : NULL;
    if (!run) {
        say(L"程序文件已损坏，无法读取：\n", beside(L"runtime\\python311.dll"),
            L"\n\n请重新运行安装程序（绿色版请重新解压），数据不受影响。");
        return 3;
    }
    wchar_t **words = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, (count + 7) * sizeof(wchar_t *));
    if (!words)
        return 3;
    int used = 0;
    words[used++] = given[0];
    words[used++] = L"-X";
    words[used++] = L"utf8";
    words[used++] = L"-B"; /* the program folder is read only */
#ifndef PLAIN_PYTHON /* a trial's python.exe passes every word on as it is */
    words[used++] = L"-m";
    words[used++] = L"desktop";
#endif
    for (int number = 1; number < count; number++)
        words[used++] = given[number];
    int code = run(used, words);
    if (code == 1 && count == 1)
        say(L"程序没有正常结束，已录入的内容都已保存。\n\n", L"故障报告在数据文件夹的“日志”里。",
            L"\n反复出现时，请重新运行安装程序（绿色版请重新解压），数据不受影响。");
    return code;
}
