#!/usr/bin/env python3
"""Write an invented register of one office as CSV, as an office would export it. Deterministic."""
import csv
import random
import sys

office = sys.argv[1]
rng = random.Random(office)
men = "Ahmad Muhammad Lalu Zainal Hasan Saparudin Mahsun Supardi Junaidi Rizal Hamzan Suhaili Marzuki".split()
women = "Siti Baiq Nurhayati Fatimah Aminah Rohani Mariani Sumiati Huswatun Zaenab Hadijah Laila".split()
second = "Hidayat Wahyudi Rahman Akbar Sahdan Putra Ismail Hadi Saleh Munir Arifin Sukri".split()
hamlets = ["Dusun Timuk", "Dusun Bat", "Dusun Lauk", "Dusun Tengaq"]
jobs = ["Petani", "Pedagang", "Guru", "Nelayan", "Buruh tani", "Tukang batu", "Wiraswasta", "Peternak"]
district = office[:8].replace(".", "")
serials = {}


def nik(sex, born):
    year, month, day = born
    prefix = f"{district}{day + (40 if sex == 'P' else 0):02}{month:02}{year % 100:02}"
    serials[prefix] = serials.get(prefix, 0) + 1
    return f"{prefix}{serials[prefix]:04}"


def person(sex, born, role, card, hamlet, rt, father, mother):
    given = rng.choice(men if sex == "L" else women)
    name = f"{given} {rng.choice(second)}"
    adult = born[0] < 2006
    return [nik(sex, born), name, sex, rng.choice(["Praya", "Mataram", "Lombok Tengah"]),
            f"{born[2]:02}-{born[1]:02}-{born[0]}", "Islam", "SLTA/sederajat" if adult else "SD",
            rng.choice(jobs) if adult else "Pelajar", "Kawin" if role != "Anak" else "Belum kawin", "WNI",
            role, card, f"{hamlet} RT {rt:02}", hamlet, "00", f"{rt:03}", father, mother]


def born(first, last):
    return (rng.randint(first, last), rng.randint(1, 12), rng.randint(1, 28))


out = csv.writer(sys.stdout)
out.writerow(["NIK", "Nama Lengkap", "JK", "Tempat Lahir", "Tanggal Lahir", "Agama", "Pendidikan", "Pekerjaan",
              "Status Perkawinan", "Kewarganegaraan", "SHDK", "No KK", "Alamat", "Dusun", "RW", "RT", "Nama Ayah",
              "Nama Ibu"])
for number in range(1, 91):
    card = f"{district}0101{10 + number % 15:02}{number:04}"
    hamlet, rt = rng.choice(hamlets), rng.randint(1, 6)
    husband = person("L", born(1955, 1990), "Kepala keluarga", card, hamlet, rt, rng.choice(men), rng.choice(women))
    wife = person("P", born(1960, 1994), "Istri", card, hamlet, rt, rng.choice(men), rng.choice(women))
    if office == "52.02.04.2009" and number == 1:
        wife[0], wife[1], wife[4] = "5202045503880002", "Baiq Nurhayati", "15-03-1988"
    out.writerow(husband)
    out.writerow(wife)
    for _ in range(rng.randint(0, 3)):
        sex = rng.choice("LP")
        out.writerow(person(sex, born(2008, 2024), "Anak", card, hamlet, rt, husband[1], wife[1]))
