/* Stands for Maya's Render.exe on Windows: takes its words, writes real small pictures (PNG of
   "Maya Software", EXR of "Arnold") and prints what the real one was recorded to print.

   Built with: x86_64-w64-mingw32-gcc -municode -O2 -o Render.exe fake_maya.c
   Files beside the scene steer it:
     SCENE.wait   it stays at its third frame as long as this is there
     SCENE.tree   it starts a child and a grandchild, which live for ten minutes and of which each
                  leaves a file SCENE.pid.N with its process id */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>
#include <windows.h>

enum { WIDTH = 96, HEIGHT = 54, LONGEST = 4096 };

static void say(const wchar_t *format, const wchar_t *path) {
    wchar_t wide[LONGEST];
    char narrow[3 * LONGEST];
    swprintf(wide, LONGEST, format, path);
    WideCharToMultiByte(CP_UTF8, 0, wide, -1, narrow, sizeof narrow, NULL, NULL);
    puts(narrow);
    fflush(stdout);
}

static FILE *open_beside(const wchar_t *scene, const wchar_t *what, const wchar_t *mode) {
    wchar_t path[LONGEST];
    swprintf(path, LONGEST, L"%ls.%ls", scene, what);
    return _wfopen(path, mode);
}

static int is_beside(const wchar_t *scene, const wchar_t *what) {
    FILE *file = open_beside(scene, what, L"rb");
    if (file) fclose(file);
    return file != NULL;
}

/* --- pictures ------------------------------------------------------------------------------- */

static uint8_t shade(int x, int y, int channel, int frame) {
    return (uint8_t)(x * 2 + y * 3 + channel * 40 + frame * 11);
}

static uint32_t crc_of(const uint8_t *data, size_t size) {
    uint32_t crc = ~0u;
    for (size_t at = 0; at < size; at++) {
        crc ^= data[at];
        for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
    }
    return ~crc;
}

static void put32(uint8_t *at, uint32_t value) { /* big end first */
    for (int byte = 0; byte < 4; byte++) at[byte] = (uint8_t)(value >> (24 - 8 * byte));
}

static void write_chunk(FILE *file, const char *kind, const uint8_t *data, uint32_t size) {
    uint8_t *chunk = malloc(size + 12);
    put32(chunk, size);
    memcpy(chunk + 4, kind, 4);
    if (size) memcpy(chunk + 8, data, size);
    put32(chunk + 8 + size, crc_of(chunk + 4, size + 4));
    fwrite(chunk, 1, size + 12, file);
    free(chunk);
}

static void write_png(FILE *file, int frame) {
    enum { ROW = 1 + 3 * WIDTH, SIZE = ROW * HEIGHT };
    static uint8_t data[7 + SIZE + 4] = {0x78, 0x01, 1}; /* one block that is not compressed */
    uint8_t header[13] = {0, 0, 0, WIDTH, 0, 0, 0, HEIGHT, 8, 2};
    uint32_t low = 1, high = 0;
    data[3] = SIZE & 255, data[4] = SIZE >> 8;
    data[5] = (uint8_t)~data[3], data[6] = (uint8_t)~data[4];
    for (int at = 0; at < SIZE; at++) {
        int x = (at % ROW - 1) / 3, channel = (at % ROW - 1) % 3;
        data[7 + at] = at % ROW ? shade(x, at / ROW, channel, frame) : 0;
        low = (low + data[7 + at]) % 65521, high = (high + low) % 65521;
    }
    put32(data + 7 + SIZE, high << 16 | low);
    fwrite("\x89PNG\r\n\x1a\n", 1, 8, file);
    write_chunk(file, "IHDR", header, sizeof header);
    write_chunk(file, "IDAT", data, sizeof data);
    write_chunk(file, "IEND", NULL, 0);
}

static void attribute(FILE *file, const char *name, const char *kind, const void *data, int size) {
    fwrite(name, 1, strlen(name) + 1, file);
    fwrite(kind, 1, strlen(kind) + 1, file);
    fwrite(&size, 4, 1, file);
    fwrite(data, 1, (size_t)size, file);
}

static void write_exr(FILE *file, int frame) {
    static const char names[] = "BGR";
    int32_t box[4] = {0, 0, WIDTH - 1, HEIGHT - 1}, size = 3 * WIDTH * 4;
    float one = 1, middle[2] = {0, 0};
    uint8_t none = 0, channels[3 * 18 + 1] = {0};
    for (int at = 0; at < 3; at++) {
        channels[18 * at] = (uint8_t)names[at];
        channels[18 * at + 2] = 2;                              /* float */
        channels[18 * at + 10] = channels[18 * at + 14] = 1;    /* every pixel */
    }
    fwrite("\x76\x2f\x31\x01\x02\0\0\0", 1, 8, file);
    attribute(file, "channels", "chlist", channels, sizeof channels);
    attribute(file, "compression", "compression", &none, 1);
    attribute(file, "dataWindow", "box2i", box, sizeof box);
    attribute(file, "displayWindow", "box2i", box, sizeof box);
    attribute(file, "lineOrder", "lineOrder", &none, 1);
    attribute(file, "pixelAspectRatio", "float", &one, 4);
    attribute(file, "screenWindowCenter", "v2f", middle, 8);
    attribute(file, "screenWindowWidth", "float", &one, 4);
    fputc(0, file);
    uint64_t first = (uint64_t)ftell(file) + 8 * HEIGHT;
    for (int y = 0; y < HEIGHT; y++) {
        uint64_t offset = first + (uint64_t)y * (uint64_t)(8 + size);
        fwrite(&offset, 8, 1, file);
    }
    for (int y = 0; y < HEIGHT; y++) {
        fwrite(&y, 4, 1, file);
        fwrite(&size, 4, 1, file);
        for (int at = 0; at < 3; at++)
            for (int x = 0; x < WIDTH; x++) {
                float value = (float)shade(x, y, 2 - at, frame) / 255;
                fwrite(&value, 4, 1, file);
            }
    }
}

/* --- frames --------------------------------------------------------------------------------- */

static void render(const wchar_t *path, int is_arnold, int frame) {
    FILE *file;
    if (is_arnold)
        say(L"00:00:00   485MB         |  starting 4 bucket workers of size 64x64 ...", NULL);
    else
        say(L"Starting Rendering %ls.", path);
    file = _wfopen(path, L"wb");
    if (!file) {
        say(L"Error: %ls cannot be written", path);
        exit(1);
    }
    is_arnold ? write_exr(file, frame) : write_png(file, frame);
    fclose(file);
    if (is_arnold) {
        say(L"00:00:09   514MB         |  render done in 0:08.090", NULL);
        say(L"00:00:09   514MB         |  [driver_exr] writing file `%ls'", path);
        say(L"00:00:09   514MB         | render done", NULL);
    } else
        say(L"Finished Rendering %ls.", path);
}

static void start_descendants(const wchar_t *scene, int generations) {
    wchar_t own[LONGEST], words[2 * LONGEST];
    STARTUPINFOW how = {.cb = sizeof how};
    PROCESS_INFORMATION child;
    GetModuleFileNameW(NULL, own, LONGEST);
    swprintf(words, 2 * LONGEST, L"\"%ls\" descendant %d \"%ls\"", own, generations, scene);
    if (CreateProcessW(own, words, NULL, NULL, FALSE, DETACHED_PROCESS | CREATE_NEW_PROCESS_GROUP,
                       NULL, NULL, &how, &child)) {
        CloseHandle(child.hProcess);
        CloseHandle(child.hThread);
    }
}

static int descend(int generations, const wchar_t *scene) {
    wchar_t what[20], from[LONGEST], to[LONGEST];
    FILE *file;
    SetEnvironmentVariableW(L"RENDER_MANAGER_RUN", NULL);
    if (generations > 1) start_descendants(scene, generations - 1);
    swprintf(what, 20, L"new.%d", generations);
    file = open_beside(scene, what, L"w");
    fprintf(file, "%lu", GetCurrentProcessId());
    fclose(file);
    swprintf(from, LONGEST, L"%ls.new.%d", scene, generations);
    swprintf(to, LONGEST, L"%ls.pid.%d", scene, generations);
    _wrename(from, to);
    Sleep(600000);
    return 0;
}

int wmain(int count, wchar_t **words) {
    const wchar_t *scene = words[count - 1], *folder = L".", *name = L"untitled", *list = NULL;
    int first = 1, last = 1, step = 1, is_arnold = 0, rendered = 0;
    SetErrorMode(SEM_NOGPFAULTERRORBOX);
    if (count == 4 && !wcscmp(words[1], L"descendant")) return descend(_wtoi(words[2]), scene);
    for (int at = 1; at + 2 < count; at += 2) {
        const wchar_t *flag = words[at], *value = words[at + 1];
        if (!wcscmp(flag, L"-r")) is_arnold = !wcscmp(value, L"arnold");
        if (!wcscmp(flag, L"-s")) first = _wtoi(value);
        if (!wcscmp(flag, L"-e")) last = _wtoi(value);
        if (!wcscmp(flag, L"-b")) step = _wtoi(value);
        if (!wcscmp(flag, L"-seq")) list = value;
        if (!wcscmp(flag, L"-rd")) folder = value;
        if (!wcscmp(flag, L"-im")) name = value;
    }
    if (is_beside(scene, L"tree")) {
        start_descendants(scene, 2);
        while (!is_beside(scene, L"pid.1") || !is_beside(scene, L"pid.2")) Sleep(20);
    }
    do {
        if (list) {
            wchar_t *rest;
            first = last = (int)wcstol(list, &rest, 10);
            if (rest[0] == L'.' && rest[1] == L'.') last = (int)wcstol(rest + 2, &rest, 10);
            list = *rest ? rest + 1 : NULL;
        }
        for (int frame = first; frame <= last; frame += step) {
            wchar_t path[LONGEST];
            const wchar_t *ending = is_arnold ? L"exr" : L"png";
            swprintf(path, LONGEST, L"%ls/%ls.%04d.%ls", folder, name, frame, ending);
            while (rendered == 2 && is_beside(scene, L"wait")) Sleep(20);
            render(path, is_arnold, frame);
            rendered++;
        }
    } while (list);
    say(L"Scene %ls completed.", scene);
    say(L"// Maya exited with status 0", NULL);
    return 0;
}
